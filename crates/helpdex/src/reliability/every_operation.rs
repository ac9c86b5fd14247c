//! Tests in which each operation on a file fails once, in every way, or is the last before a power cut.

use crate::storage::dice::{Dice, Luck};
use crate::storage::faults::{Fault, FaultyDisk, Plan};

use super::{Step, World, is_full_size};

/// Returns a short sequence of steps with every kind of write: first build, change, removal, learning, forgetting,
/// rewriting of both logs, opening again.
fn life() -> Vec<Step> {
    let publish =
        |changes: &[(&'static str, Option<u32>)]| Step::Publish(changes.iter().copied().collect());
    let tickets = |tickets: &[&'static str]| tickets.to_vec();
    vec![
        publish(&[("refund", Some(1)), ("internal-refund", Some(2))]),
        Step::Learn("refund", tickets(&["ana", "bob", "cleo", "dan"])),
        publish(&[("refund", Some(3)), ("invoice", Some(1))]),
        Step::Deny("refund"),
        Step::Close,
        Step::Forget("bob"),
        Step::Learn("invoice", tickets(&["eve", "ana"])),
        publish(&[("internal-refund", None)]),
        Step::Allow("refund"),
        publish(&[("refund", Some(4_004))]),
    ]
}

/// Takes all steps of [`life`], and repeats a step that fails. Returns the number of failures.
fn live(
    world: &mut World,
    disk: &FaultyDisk,
    mut after_failure: impl FnMut(&mut World, &str),
) -> usize {
    let mut failures = 0;
    for step in life() {
        while let Err(error) = world.take(&step) {
            failures += 1;
            assert!(failures <= 2, "{step:?} fails without a fault: {error}");
            let what = format!("after {:?}, {:?} failed: {error}", disk.last(), step);
            disk.fail(Plan::None);
            after_failure(world, &what);
        }
    }
    world.open = None;
    disk.fail(Plan::None);
    world.check("at the end");
    failures
}

/// Returns the number of operations on files that the steps make without faults.
fn operations() -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let disk = FaultyDisk::below(folder.path());
    let mut world = World::new(folder.path());
    for step in life() {
        world.take(&step).expect("nothing fails");
    }
    disk.done()
}

#[test]
fn what_was_acknowledged_is_there_whichever_operation_fails() {
    let operations = operations();
    let stride = if is_full_size() { 1 } else { 41 };
    // In the short size each fault meets other operations.
    let first = |offset: usize| if is_full_size() { 1 } else { 1 + 10 * offset };
    let (mut runs, mut failures, mut passed_over) = (0, 0, 0);
    for (offset, fault) in Fault::ALL.into_iter().enumerate() {
        for n in (first(offset)..=operations).step_by(stride) {
            for plan in [Plan::At(n, fault), Plan::From(n, fault)] {
                for reopens in [false, true] {
                    let folder = tempfile::tempdir().expect("a temporary folder");
                    let disk = FaultyDisk::below(folder.path());
                    let mut world = World::new(folder.path());
                    disk.fail(plan);
                    let failed = live(&mut world, &disk, |world, what| {
                        if reopens {
                            world.open = None;
                        }
                        world.check(what);
                    });
                    runs += 1;
                    failures += failed;
                    passed_over += usize::from(failed == 0);
                }
            }
        }
    }
    println!(
        "{operations} operations, {runs} runs, {failures} steps failed, {passed_over} runs without failed step"
    );
    assert!(failures > passed_over);
}

#[test]
fn what_was_acknowledged_is_there_after_a_power_cut_at_any_operation() {
    let operations = operations();
    let stride = if is_full_size() { 1 } else { 11 };
    let seeds = if is_full_size() { 0..8 } else { 0..1 };
    let mut cuts = 0;
    for n in (1..=operations).step_by(stride) {
        for luck in [Luck::Bad, Luck::Good, Luck::Mixed] {
            for seed in seeds.clone() {
                if seed > 0 && luck != Luck::Mixed {
                    continue;
                }
                let mut dice = Dice::new(seed + 1_000 * n as u64, luck);
                let folder = tempfile::tempdir().expect("a temporary folder");
                let disk = FaultyDisk::below(folder.path());
                let mut world = World::new(folder.path());
                disk.fail(Plan::From(n, Fault::Device));
                cuts += live(&mut world, &disk, |world, what| {
                    world.open = None;
                    disk.cut_power(&mut dice);
                    world.check_after_power_cut(what);
                });
            }
        }
    }
    println!("{operations} operations, {cuts} power cuts");
    assert!(cuts > 0);
}
