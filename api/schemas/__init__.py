"""How are requests and answers written in JSON? One module per resource."""
