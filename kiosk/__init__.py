"""The kiosk beside a touch screen: a convict sees his record and asks for what the law gives him.

It knows the service by its HTTP API only, and card readers and printers through `firmware_bridge`.
"""
