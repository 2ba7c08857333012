"""What is known of the Vietnamese language from text: model, tokens, frequencies, garble, old encodings."""
