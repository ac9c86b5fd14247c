//! Tests random histories over a disk that fails and loses power, and compares the results with the model.

use std::env;

use super::{Step, World, is_full_size};
use crate::storage::dice::{Dice, Luck};
use crate::storage::faults::{Fault, FaultyDisk, Plan};

const ARTICLES: [&str; 4] = ["refund", "invoice", "internal-refund", "internal-limits"];
const TICKETS: [&str; 6] = ["ana", "bob", "cleo", "dan", "eve", "finn"];

fn step(dice: &mut Dice) -> Step {
    let one_of = |dice: &mut Dice, names: &[&'static str]| names[dice.below(names.len())];
    match dice.below(10) {
        0..=3 => {
            let changes = (0..=dice.below(3)).map(|_| {
                let version =
                    (dice.below(4) > 0).then(|| u32::try_from(dice.below(50)).unwrap_or(0));
                (one_of(dice, &ARTICLES), version)
            });
            Step::Publish(changes.collect())
        }
        4..=5 => {
            let article = one_of(dice, &ARTICLES);
            let tickets = (0..=dice.below(3)).map(|_| one_of(dice, &TICKETS));
            Step::Learn(article, tickets.collect())
        }
        6 => Step::Forget(one_of(dice, &TICKETS)),
        7 => Step::Deny(one_of(dice, &ARTICLES)),
        8 => Step::Allow(one_of(dice, &ARTICLES)),
        _ => Step::Close,
    }
}

/// Draws the next plan of faults: none, one failing operation, or a power cut.
fn plan(dice: &mut Dice) -> Plan {
    let n = 1 + dice.below(60);
    match dice.below(4) {
        0 | 1 => Plan::None,
        2 => Plan::At(n, Fault::ALL[dice.below(Fault::ALL.len())]),
        _ => Plan::From(n, Fault::Device),
    }
}

fn check_history(seed: u64) -> (usize, usize) {
    let mut dice = Dice::new(seed, Luck::Mixed);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = FaultyDisk::below(folder.path());
    let mut world = World::new(folder.path());
    let (mut faults, mut power_cuts) = (0, 0);
    for number in 0..12 {
        let step = step(&mut dice);
        let plan = plan(&mut dice);
        disk.fail(plan);
        let taken = world.take(&step);
        let failed = disk.failed() > 0;
        faults += usize::from(failed);
        disk.fail(Plan::None);
        let what = format!("HELPDEX_SEED={seed}, step {number}: {step:?} with {plan:?}, {taken:?}");
        assert!(taken.is_ok() || failed, "{what}");
        if taken.is_err() {
            // What was not saved goes with the handle.
            world.open = None;
        }
        if matches!(plan, Plan::From(..)) {
            power_cuts += 1;
            world.open = None;
            disk.cut_power(&mut dice);
        }
        if world.open.is_none() && matches!(plan, Plan::From(..)) {
            world.check_after_power_cut(&what);
        } else {
            world.check(&what);
        }
    }
    world.open = None;
    world.check(&format!("HELPDEX_SEED={seed}, in the end"));
    (faults, power_cuts)
}

#[test]
fn any_history_of_changes_faults_and_power_cuts_is_as_the_model_says() {
    let first: u64 = env::var("HELPDEX_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let count = if is_full_size() { 500 } else { 24 };
    let (mut faults, mut power_cuts) = (0, 0);
    for seed in first..first + count {
        let (failed, cut) = check_history(seed);
        faults += failed;
        power_cuts += cut;
    }
    println!(
        "{count} histories of 12 steps from seed {first}: {faults} steps with faults, {power_cuts} power cuts"
    );
    assert!(faults > 0 && power_cuts > 0);
}
