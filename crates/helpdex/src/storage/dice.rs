//! Decides for tests what a power cut destroys, by numbers from a seed.

/// Random numbers from a seed, which decide what a power cut keeps of data that was not synced.
pub(crate) struct Dice {
    state: u64,
    luck: Luck,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luck {
    /// Nothing that was not synced survives a power cut.
    Bad,
    /// Everything that was not synced survives a power cut.
    Good,
    /// The random numbers decide what of the data that was not synced survives a power cut.
    Mixed,
}

impl Dice {
    pub(crate) fn new(seed: u64, luck: Luck) -> Self {
        Self { state: seed, luck }
    }

    /// Returns a random number below `end` (`SplitMix64`, Steele et al. 2014).
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end.max(1)).expect("a number below 2^64");
        usize::try_from((z ^ (z >> 31)) % end).expect("it is below a usize")
    }

    pub(super) fn keeps(&mut self) -> bool {
        match self.luck {
            Luck::Bad => false,
            Luck::Good => true,
            Luck::Mixed => self.below(2) == 0,
        }
    }

    pub(super) fn after_power_cut(&mut self, synced: &[u8], now: Vec<u8>) -> Vec<u8> {
        if self.luck != Luck::Mixed {
            return if self.keeps() { now } else { synced.to_vec() };
        }
        let start = synced.len().min(now.len());
        match self.below(4) {
            0 => synced.to_vec(),
            1 => now,
            // The size came to the disk and the bytes did not.
            2 if now.starts_with(synced) => {
                let mut bytes = synced.to_vec();
                bytes.resize(now.len(), 0);
                bytes
            }
            _ => {
                let end = start + self.below(now.len() - start + 1);
                now[..end].to_vec()
            }
        }
    }
}
