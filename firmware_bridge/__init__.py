"""The bridge between gate readers on serial lines and the service's HTTP API.

A program of its own: it knows the service by `/api/v1` only and answers at the gate when the network is gone.
Port -> codec -> reader session -> decision -> actuator, with a journal beside them.
"""
