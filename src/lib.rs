//! engage.
