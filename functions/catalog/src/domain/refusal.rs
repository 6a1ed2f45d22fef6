//! Every reason why a decision says no.
//!
//! Invariant: a refusal has one stable code, told alike in a problem document and in the outcome of
//! an import's row. Which HTTP status it is stands in `api/problems.rs` and nowhere else.

use ids::{CategoryId, MediaId, Sku, VariantId};

use crate::domain::{Action, Locale, MerchantSku, OUTCOME_KEPT_FOR, OptionKey, Slug, State};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such product, or none that this caller may know of.
    #[error("no such product")]
    NoSuchProduct,
    /// A picture of a public product, not there yet or not any more.
    #[error("no such picture")]
    NoPicture,
    #[error("no such category")]
    NoCategory,
    #[error("no such import")]
    NoSuchImport,
    #[error("a file has from 1 to {most} bytes")]
    UploadTooLarge { most: u64 },
    #[error("a product that is {state} cannot be acted on like this: {} it", .action.as_str())]
    WrongState { state: State, action: Action },
    #[error("the product is not complete: {}", told(.0))]
    Incomplete(Vec<Missing>),
    #[error("at most {most} {what}")]
    TooMany { what: &'static str, most: usize },
    /// All its texts and prices together are more than one document holds.
    #[error("the product has grown larger than {most} bytes")]
    TooLarge { most: usize },
    /// The title in the product's own language cannot be taken away.
    #[error("there is no translation into {locale} yet; give it a title first")]
    NoTranslation { locale: Locale },
    #[error("the slug {slug} is taken in {locale}")]
    SlugTaken { locale: Locale, slug: Slug },
    #[error("the numeric SKU {number} is taken")]
    NumberTaken { number: Sku },
    #[error("the product has another variant with the SKU {sku}")]
    SkuTwice { sku: MerchantSku },
    #[error("variant {sku} must choose exactly one known value of every option")]
    ChoicesDoNotFit { sku: MerchantSku },
    #[error("variant {sku} chooses what another variant chooses")]
    ChoicesTwice { sku: MerchantSku },
    #[error("an option or one of its values is named twice")]
    OptionTwice,
    #[error("the option {group} has no values")]
    NothingToChoose { group: OptionKey },
    #[error("the product has no variant {variant}")]
    NoSuchVariant { variant: VariantId },
    #[error("the product has no picture {media}")]
    NoSuchMedia { media: MediaId },
    #[error("the new order must name every picture exactly once")]
    OrderDoesNotFit,
    /// Others have been told, and would not hear of the change.
    #[error("the {what} of a variant stays what it was; add another variant")]
    Fixed { what: &'static str },
    /// What was on the shelves once may have been ordered, and its numbers are known.
    #[error("the product was on sale before; take the variant out of sale instead")]
    WasOnSale,
    #[error("nothing weighs more than {most} g")]
    TooHeavy { most: u32 },
    #[error("a price is from 0 to {most} minor units")]
    AmountOutOfRange { most: i64 },
    #[error("a period must end after it begins, and not in the past")]
    BadPeriod,
    #[error("there is no category {category}")]
    NoSuchCategory { category: CategoryId },
    #[error("categories are at most {most} deep")]
    TooDeep { most: usize },
    /// A clerk may write and price a draft; what is on the shelves is priced by a manager.
    #[error("the price of something that is on sale is changed by a manager")]
    TakesAManager,
    #[error("the shop is not open; what it sells can be prepared, and published once it is")]
    ShopNotOpen,
    #[error("the outcome is written when the import has finished")]
    NotFinished,
    #[error("what became of the rows is kept for {} days", OUTCOME_KEPT_FOR.as_hours() / 24)]
    OutcomeGone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    Title { locale: Locale },
    Variant,
    Price { index: usize, sku: MerchantSku },
}

impl Missing {
    /// Where it would stand, as a JSON pointer into the product.
    pub fn pointer(&self) -> String {
        match self {
            Missing::Title { locale } => format!("/translations/{locale}/title"),
            Missing::Variant => "/variants".into(),
            Missing::Price { index, .. } => format!("/variants/{index}/prices"),
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Missing::Title { .. } => "title_missing",
            Missing::Variant => "variant_missing",
            Missing::Price { .. } => "price_missing",
        }
    }
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Missing::Title { locale } => write!(f, "it has no title in {locale}"),
            Missing::Variant => f.write_str("it has no variant that can be bought"),
            Missing::Price { sku, .. } => write!(f, "variant {sku} has no price"),
        }
    }
}

fn told(missing: &[Missing]) -> String {
    missing.iter().map(Missing::to_string).collect::<Vec<_>>().join(", ")
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NoSuchProduct => "no_such_product",
            Refusal::NoPicture => "no_such_media",
            Refusal::NoCategory => "no_such_category",
            Refusal::NoSuchImport => "no_such_import",
            Refusal::UploadTooLarge { .. } => "upload_too_large",
            Refusal::WrongState { .. } => "wrong_state",
            Refusal::Incomplete(_) => "product_incomplete",
            Refusal::TooMany { .. } => "too_many",
            Refusal::TooLarge { .. } => "product_too_large",
            Refusal::NoTranslation { .. } => "no_translation",
            Refusal::SlugTaken { .. } => "slug_taken",
            Refusal::NumberTaken { .. } => "numeric_sku_taken",
            Refusal::SkuTwice { .. } => "sku_taken",
            Refusal::ChoicesDoNotFit { .. } => "choices_do_not_fit",
            Refusal::ChoicesTwice { .. } => "choices_taken",
            Refusal::OptionTwice => "option_named_twice",
            Refusal::NothingToChoose { .. } => "option_without_values",
            Refusal::NoSuchVariant { .. } => "no_such_variant",
            Refusal::NoSuchMedia { .. } => "no_such_media",
            Refusal::OrderDoesNotFit => "order_does_not_fit",
            Refusal::Fixed { .. } => "cannot_change",
            Refusal::WasOnSale => "was_on_sale",
            Refusal::TooHeavy { .. } => "too_heavy",
            Refusal::AmountOutOfRange { .. } => "amount_out_of_range",
            Refusal::BadPeriod => "bad_period",
            Refusal::NoSuchCategory { .. } => "no_such_category",
            Refusal::TooDeep { .. } => "too_deep",
            Refusal::TakesAManager => "takes_a_manager",
            Refusal::ShopNotOpen => "shop_not_open",
            Refusal::NotFinished => "import_not_finished",
            Refusal::OutcomeGone => "outcome_gone",
        }
    }
}
