//! Closed lists of codes. A code is what is stored, sent and exported; its label, which a person reads, is in
//! `app/locales/`.

/// Declares an enum whose variants each have one stable code.
///
/// The enum serialises as its code, lists its values (`ALL`) and parses a code (`from_code`). Deserialising a code
/// that is not in the list is an error.
macro_rules! codes {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vdoc])* $variant),* }

        impl $name {
            /// Every value, in the order in which forms offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable code that is stored, sent and exported.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The value of a code; none when the code is not in this list.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::codes::from_str(from, Self::from_code)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}
pub(crate) use codes;

/// Deserialises one code. Every list shares this function, so that each does not compile a visitor of its own.
pub(crate) fn from_str<'de, D, T>(from: D, parse: fn(&str) -> Option<T>) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let code = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
    parse(&code).ok_or_else(|| serde::de::Error::custom("unknown code"))
}

#[cfg(test)]
mod tests;
