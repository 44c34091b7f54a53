//! Texts that are the same in every run: few words are in nearly all of them, most in few.

/// How many words the language has.
pub(super) const WORDS: u64 = 20_000;
/// 17 consonants with a vowel each.
const CONSONANTS: &[u8] = b"bdfghjklmnprstvwz";
const VOWELS: &[u8] = b"aeiou";
const SYLLABLES: u64 = 85;

/// Numbers that follow from the first one (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to before `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// The rank of a word: 0 is the one that is said most, about every 27th time.
    pub(super) fn rank(&mut self) -> u64 {
        // The cube of an even share, without floating point: of the cube root of all words, 28.
        let share = self.below(1 << 20);
        let cube = (((share * share) >> 20) * share) >> 20;
        (cube * WORDS) >> 20
    }
}

/// Six letters that can be spoken; neighbours in rank are none in the dictionary.
pub(super) fn word(rank: u64) -> String {
    let mut mixed = (rank * 7_919 + 13) % SYLLABLES.pow(3);
    let mut word = String::with_capacity(6);
    for _ in 0..3 {
        let (syllable, rest) = (mixed % SYLLABLES, mixed / SYLLABLES);
        word.push(char::from(CONSONANTS[(syllable / 5) as usize]));
        word.push(char::from(VOWELS[(syllable % 5) as usize]));
        mixed = rest;
    }
    word
}

/// So many words for the text of this number, by their ranks.
pub(super) fn text(number: i64, length: usize) -> Vec<u64> {
    let mut dice = Dice::new(number.unsigned_abs());
    std::iter::repeat_with(|| dice.rank()).take(length).collect()
}

pub(super) fn spoken(ranks: &[u64]) -> String {
    ranks.iter().map(|rank| word(*rank)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn words_differ_and_texts_do_not() {
        let words: BTreeSet<_> = (0..WORDS).map(word).collect();
        assert_eq!(words.len() as u64, WORDS);
        assert_eq!(text(7, 40), text(7, 40));
        assert_ne!(text(7, 40), text(8, 40));
    }

    #[test]
    fn few_words_are_said_often() {
        let mut counts = vec![0; WORDS as usize];
        (0..1_000).flat_map(|number| text(number, 100)).for_each(|rank| counts[rank as usize] += 1);
        assert!((2_500..5_000).contains(&counts[0]), "{}", counts[0]);
        assert!(counts[10_000..].iter().sum::<i32>() > 10_000);
    }
}
