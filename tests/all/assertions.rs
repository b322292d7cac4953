//! Assertions at compile time on what types implement.

/// Asserts that types implement traits.
macro_rules! implemented {
    ($($bound:path),* => $($ty:ty),* $(,)?) => {
        const _: () = {
            const fn has<T: ?Sized $(+ $bound)*>() {}
            $(has::<$ty>();)*
        };
    };
}

/// Asserts that types do not implement a trait: if one does, the item is ambiguous.
macro_rules! not_implemented {
    ($bound:path => $($ty:ty),* $(,)?) => {
        const _: () = {
            trait AmbiguousIf<A> {
                fn item() {}
            }
            struct Implemented;
            impl<T: ?Sized> AmbiguousIf<()> for T {}
            impl<T: ?Sized + $bound> AmbiguousIf<Implemented> for T {}
            $(let _ = <$ty as AmbiguousIf<_>>::item;)*
        };
    };
}
