"""The measured service: takes orders over HTTP, asks a price of another service, stores them in a database."""
