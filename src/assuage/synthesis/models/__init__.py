"""Network models on the latent engine."""
