"""What readers say on the line: octets and time in, scans out, no port and no clock inside."""
