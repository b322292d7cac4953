//! Keeps Criterion's own reports off the screen: some lines a benchmark, hundreds of benchmarks.
//!
//! Criterion prints where it likes, so both streams are pointed elsewhere while it works. A panic
//! points them back before its message is printed.

#[cfg(unix)]
mod unix {
    use alloc::sync::Arc;
    use std::fs::File;
    use std::io::{Write, stderr, stdout};
    use std::os::fd::{AsFd, OwnedFd};

    /// The real streams, and the one that goes nowhere.
    #[derive(Clone, Debug)]
    pub(crate) struct Quiet(Arc<Streams>);

    #[derive(Debug)]
    struct Streams {
        out: OwnedFd,
        err: OwnedFd,
        nowhere: File,
    }

    impl Quiet {
        /// Remembers the streams; `None` if the system refuses.
        pub(crate) fn new() -> Option<Self> {
            let out = stdout().as_fd().try_clone_to_owned().ok()?;
            let err = stderr().as_fd().try_clone_to_owned().ok()?;
            let nowhere = File::options().write(true).open("/dev/null").ok()?;
            let quiet = Self(Arc::new(Streams { out, err, nowhere }));
            let restored = quiet.clone();
            let print = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restored.point(false);
                print(panic);
            }));
            Some(quiet)
        }

        /// Runs `work` without its output.
        pub(crate) fn hush<T>(&self, work: impl FnOnce() -> T) -> T {
            self.point(true);
            let result = work();
            self.point(false);
            result
        }

        /// Points the streams nowhere or back; if that fails, output is merely seen.
        fn point(&self, nowhere: bool) {
            let _ = stdout().flush();
            let streams = &*self.0;
            let out = if nowhere {
                streams.nowhere.as_fd()
            } else {
                streams.out.as_fd()
            };
            let err = if nowhere {
                streams.nowhere.as_fd()
            } else {
                streams.err.as_fd()
            };
            let _ = rustix::stdio::dup2_stdout(out);
            let _ = rustix::stdio::dup2_stderr(err);
        }
    }
}

#[cfg(not(unix))]
mod other {
    /// Not done on this system: Criterion's reports are shown.
    #[derive(Clone, Debug)]
    pub(crate) struct Quiet;

    impl Quiet {
        pub(crate) fn new() -> Option<Self> {
            None
        }

        pub(crate) fn hush<T>(&self, work: impl FnOnce() -> T) -> T {
            work()
        }
    }
}

#[cfg(not(unix))]
pub(crate) use other::Quiet;
#[cfg(unix)]
pub(crate) use unix::Quiet;
