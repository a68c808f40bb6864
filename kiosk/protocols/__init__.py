"""What others program against, described from the code's own types: OpenAPI and AsyncAPI."""
