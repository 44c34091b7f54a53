//! Randomness, injected.

use std::fmt::Debug;

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

/// Where engage gets random bytes from.
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Fills `bytes` with bytes that nobody can predict.
    fn fill(&self, bytes: &mut [u8]);

    /// A number from 0 up to, but without, 1.
    fn fraction(&self) -> f64 {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(
        clippy::panic,
        reason = "without randomness no secret may be made; the system call fails only on a broken system"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no random bytes: {error}");
        }
    }
}

/// A repeatable generator for tests: SHA-256 over a seed and a counter. Never for production.
#[derive(Debug)]
pub struct SeededEntropy(Mutex<(u64, u64)>);

impl SeededEntropy {
    /// The generator whose bytes follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new((seed, 0)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock();
        for chunk in bytes.chunks_mut(32) {
            let block =
                Sha256::new().chain_update(state.0.to_le_bytes()).chain_update(state.1.to_le_bytes()).finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
            state.1 += 1;
        }
    }
}
