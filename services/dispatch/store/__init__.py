"""All of dispatch's SQL: the letters, what ends or holds them, and the receipts."""
