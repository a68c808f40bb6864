"""The shapes in which the hall and its facts are told to others: HTTP, MQTT, feed."""
