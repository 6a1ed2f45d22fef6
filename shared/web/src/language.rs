//! The language of the reader and of the answer.

use std::collections::BTreeSet;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, VARY};
use http::request::Parts;
use problem::Problem;
use serde::Deserialize;
use utoipa::PartialSchema;
use words::{BadLocale, Locale, Wanted};

use crate::{Describes, Draft};

/// The languages of the reader: `?locale=` if given, else `Accept-Language`.
#[derive(Clone, Debug)]
pub struct Reads(pub Wanted);

/// An answer in one or more languages.
#[derive(Debug)]
pub struct Spoken<T> {
    /// The languages of the body.
    pub locales: BTreeSet<Locale>,
    /// The body.
    pub answer: T,
}

#[derive(Deserialize)]
struct Asked {
    locale: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Reads {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Reads, Problem> {
        let asked =
            axum::extract::Query::<Asked>::try_from_uri(&parts.uri).map_err(|e| bad_locale(e.body_text()))?;
        if let Some(locale) = asked.0.locale {
            let locale: Locale = locale.parse().map_err(|e: BadLocale| bad_locale(e.to_string()))?;
            return Ok(Reads(Wanted::only(&locale)));
        }
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        Ok(Reads(Wanted::accept_language(header.unwrap_or(""))))
    }
}

impl Describes for Reads {
    fn describe(draft: &mut Draft) {
        draft.query("locale", false, Locale::schema());
        draft.header("Accept-Language", false);
    }
}

impl<T: Describes> Describes for Spoken<T> {
    fn describe(draft: &mut Draft) {
        T::describe(draft);
    }
}

impl<T: IntoResponse> IntoResponse for Spoken<T> {
    fn into_response(self) -> Response {
        let mut response = self.answer.into_response();
        let locales: Vec<_> = self.locales.iter().map(Locale::as_str).collect();
        let headers = response.headers_mut();
        // A tag is letters, digits and hyphens, which fit a header; an empty list has no header.
        if let Ok(locales) = HeaderValue::from_str(&locales.join(", "))
            && !locales.is_empty()
        {
            headers.insert(CONTENT_LANGUAGE, locales);
        }
        headers.append(VARY, HeaderValue::from_static("accept-language"));
        response
    }
}

fn bad_locale(why: String) -> Problem {
    Problem::bad_request("bad_locale").detail(why)
}
