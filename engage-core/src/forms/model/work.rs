//! Work that a browser does before a form is taken: cheap for one who writes, dear for who sends thousands.
//!
//! As ALTCHA, version 1, says it (<https://altcha.org/docs/v1/>): the number is sought whose SHA-256 behind the salt is the
//! challenge. Its clients can do it as well. The salt begins with the nonce of the form's token, so that the work is as
//! single as the form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::token::FormToken;
use crate::clock::Timestamp;
use crate::entropy::Entropy;
use crate::signing::Signer;

const PURPOSE: &str = "forms.work";
const ALGORITHM: &str = "SHA-256";
/// How long a solution may be, in bytes of base64.
const SOLUTION: usize = 1_024;

/// What is to be solved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Always `SHA-256`.
    pub algorithm: String,
    /// The digest of the salt and the number behind it, in hex.
    pub challenge: String,
    /// The greatest number that has to be tried.
    pub maxnumber: u32,
    /// A text that ends with until when, in seconds since 1970.
    pub salt: String,
    /// That engage made it.
    pub signature: String,
}

/// What a browser sends, as JSON in base64.
#[derive(Debug, Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u32,
    salt: String,
    signature: String,
}

impl Challenge {
    /// For the form with `token`.
    pub(in crate::forms) fn new(signer: &Signer, entropy: &dyn Entropy, token: &FormToken, maxnumber: u32) -> Self {
        let salt = format!("{}?expires={}&", hex(&token.nonce), token.expires_at().timestamp());
        let mut random = [0; 8];
        entropy.fill(&mut random);
        let number = u64::from_le_bytes(random) % (u64::from(maxnumber) + 1);
        let challenge = hex(&Sha256::digest(format!("{salt}{number}")));
        let signature = hex(&signer.sign(PURPOSE, challenge.as_bytes()));
        Self { algorithm: ALGORITHM.to_owned(), challenge, maxnumber, salt, signature }
    }

    /// Whether `solution` is that of a challenge for the form with `token`, and in time.
    pub(in crate::forms) fn is_solved(signer: &Signer, token: &FormToken, solution: &str, now: Timestamp) -> bool {
        let Some(solution) = read(solution) else { return false };
        let of_token = format!("{}?expires={}&", hex(&token.nonce), token.expires_at().timestamp());
        solution.algorithm == ALGORITHM
            && solution.salt == of_token
            && now < token.expires_at()
            && solution.challenge == hex(&Sha256::digest(format!("{}{}", solution.salt, solution.number)))
            && unhex(&solution.signature)
                .is_some_and(|signature| signer.verify(PURPOSE, solution.challenge.as_bytes(), &signature))
    }
}

fn read(solution: &str) -> Option<Solution> {
    if solution.len() > SOLUTION {
        return None;
    }
    serde_json::from_slice(&STANDARD.decode(solution).ok()?).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<_> = text.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| u8::try_from(pair.first()? * 16 + pair.get(1)?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::clock::{Clock as _, ManualClock, delta};
    use crate::entropy::SeededEntropy;

    fn solve(challenge: &Challenge) -> Value {
        let fits = |number: &u32| hex(&Sha256::digest(format!("{}{number}", challenge.salt))) == challenge.challenge;
        let number = (0..=challenge.maxnumber).find(fits).unwrap();
        json!({
            "algorithm": challenge.algorithm, "challenge": challenge.challenge, "number": number,
            "salt": challenge.salt, "signature": challenge.signature, "took": 12,
        })
    }

    fn written(solution: &Value) -> String {
        STANDARD.encode(solution.to_string())
    }

    #[test]
    fn a_solution_is_taken_for_its_own_form_and_in_time() {
        let (signer, entropy, now) = (Signer::with_key([7; 32]), SeededEntropy::new(1), ManualClock::default().now());
        let (token, other) = (FormToken::new(&entropy, now), FormToken::new(&entropy, now));
        let challenge = Challenge::new(&signer, &entropy, &token, 500);
        let solution = written(&solve(&challenge));
        let solved = |token, now| Challenge::is_solved(&signer, token, &solution, now);
        assert!(solved(&token, now));
        assert!(!solved(&other, now), "the work of another form");
        assert!(!solved(&token, now + delta(Duration::from_secs(24 * 60 * 60))), "too late");
        assert!(!Challenge::is_solved(&Signer::with_key([8; 32]), &token, &solution, now), "of another site");
    }

    #[test]
    fn whoever_makes_the_challenge_up_has_done_no_work() {
        let (signer, entropy, now) = (Signer::with_key([7; 32]), SeededEntropy::new(1), ManualClock::default().now());
        let token = FormToken::new(&entropy, now);
        let good = solve(&Challenge::new(&signer, &entropy, &token, 500));
        let salt = good["salt"].as_str().unwrap();
        let own = hex(&Sha256::digest(format!("{salt}0")));
        for (member, value) in [
            ("number", json!(501)),
            ("number", json!(-1)),
            ("number", json!("1")),
            ("algorithm", json!("SHA-1")),
            ("salt", json!(format!("{salt}1"))),
            ("salt", json!("?expires=99999999999&")),
            ("signature", json!("")),
            ("signature", json!("zz")),
            ("signature", json!("abc")),
            ("challenge", json!(own)),
        ] {
            let mut wrong = good.clone();
            wrong[member] = value;
            assert!(!Challenge::is_solved(&signer, &token, &written(&wrong), now), "{wrong}");
        }
        let mut made_up = good;
        (made_up["number"], made_up["challenge"]) = (json!(0), json!(own));
        for wrong in ["", "null", "e30=", "!", &written(&made_up), &"A".repeat(2_000)] {
            assert!(!Challenge::is_solved(&signer, &token, wrong, now), "{wrong}");
        }
    }
}
