"""OSDP 2.2 (IEC 60839-11-5) seen from the panel: octets and time in, octets and events out. No clock, no port."""
