"""The search for the likeliest line among the candidates."""
