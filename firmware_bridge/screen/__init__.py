"""The gate's screen: served by the bridge on loopback, so that it works when network and service are gone."""
