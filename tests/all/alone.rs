//! Tests that look at what the whole process has.

use std::process::Command;

/// Runs a test in a process of its own, where nothing else uses the pool.
pub(crate) fn alone(name: &str, test: impl FnOnce()) {
    const VARIABLE: &str = "HAMT_ALONE";
    // Miri has no processes; nothing else may run beside the test then.
    if cfg!(miri) || std::env::var_os(VARIABLE).is_some() {
        return test();
    }
    let program = std::env::current_exe().expect("the test program has a path");
    let output = Command::new(program)
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(VARIABLE, "1")
        .output()
        .expect("the test program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "no test named {name}: {text}");
}
