"""Three days of a prison's gates from one number: bridges, lines, disks, clocks, network, families and the service."""
