//! Lists, a page at a time.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::response::{IntoResponse, Response};
use dynamo::Cursor;
use http::header::LINK;
use http::request::Parts;
use http::{HeaderValue, Uri};
use problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::__dev::ComposeSchema;
use utoipa::ToSchema;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::{Ref, Required};

use crate::{Describes, Draft};

pub(crate) const USUAL: u16 = 24;
pub(crate) const MOST: u16 = 100;

/// The page that the caller wants, from `limit` and `cursor`.
#[derive(Clone, Debug)]
pub struct Page {
    /// At most this many.
    pub limit: u16,
    /// The end of the last page.
    pub after: Option<Cursor>,
    uri: Uri,
}

#[derive(Deserialize)]
struct Asked {
    limit: Option<u16>,
    cursor: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0).clone();
        let asked = axum::extract::Query::<Asked>::try_from_uri(&parts.uri);
        let asked = asked.map_err(|e| Problem::bad_request("invalid_query").detail(e.body_text()))?.0;
        let limit = asked.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            let detail = format!("limit is from 1 to {MOST}");
            return Err(Problem::bad_request("bad_limit").detail(detail));
        }
        let after = asked.cursor.map(|cursor| Cursor::decode(&cursor)).transpose();
        let after = after.map_err(|_| Problem::bad_request("bad_cursor"))?;
        Ok(Page { limit, after, uri })
    }
}

/// Both are described by their names.
impl Describes for Page {
    fn describe(draft: &mut Draft) {
        let parameter = |name: &str| {
            ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False)
        };
        draft.parameter(parameter("limit").description(Some("1 to 100")));
        draft.parameter(parameter("cursor"));
    }
}

impl Page {
    /// The answer: the items, and a link to the next page.
    pub fn of<T>(self, items: Vec<T>, next: Option<Cursor>) -> Listed<T> {
        let next = next.map(|cursor| cursor.encode());
        Listed { link: next.as_deref().map(|cursor| self.link(cursor)), items, next }
    }

    fn link(&self, cursor: &str) -> String {
        let query = self.uri.query().unwrap_or("").split('&');
        let kept = query.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
        let query: Vec<_> = kept.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
        format!("<{}?{}>; rel=\"next\"", self.uri.path(), query.join("&"))
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// The `cursor` of the next page; missing on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(skip)]
    link: Option<String>,
}

impl<T: ToSchema> Describes for Listed<T> {
    fn describe(draft: &mut Draft) {
        draft.schema::<T>();
        let name = format!("{}_{}", Listed::<T>::name(), T::name());
        draft.named(name.clone(), Listed::<T>::compose(vec![T::schema()]));
        draft.answer(Ref::from_schema_name(name).into());
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let link = self.link.as_deref().and_then(|link| HeaderValue::from_str(link).ok());
        let mut response = axum::Json(self).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(LINK, link);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn page(uri: &str) -> Result<Page, &'static str> {
        let (mut parts, ()) = http::Request::builder().uri(uri).body(()).unwrap().into_parts();
        Page::from_request_parts(&mut parts, &()).await.map_err(|problem| problem.code())
    }

    #[tokio::test]
    async fn a_page_is_asked_for_within_bounds() {
        assert_eq!(page("/things").await.unwrap().limit, USUAL);
        assert_eq!(page("/things?limit=100").await.unwrap().limit, 100);
        for (query, code) in [
            ("limit=0", "bad_limit"),
            ("limit=101", "bad_limit"),
            ("limit=-1", "invalid_query"),
            ("limit=x", "invalid_query"),
            ("cursor=nonsense", "bad_cursor"),
        ] {
            assert_eq!(page(&format!("/things?{query}")).await.unwrap_err(), code, "{query}");
        }
    }

    #[tokio::test]
    async fn the_next_page_keeps_what_was_asked() {
        let page = page("/things?kind=course&limit=2").await.unwrap();
        assert_eq!(page.link("abc"), "</things?kind=course&limit=2&cursor=abc>; rel=\"next\"");
    }
}
