"""Facts of the Vietnamese script that every layer may use: folding, tone marks, syllables."""
