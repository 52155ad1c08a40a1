"""All of inclusion's SQL on PostgreSQL. Sets in, sets out."""
