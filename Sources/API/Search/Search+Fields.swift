// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

/// What is looked for, among which kinds of records.
struct SearchParameters: Sendable {
    let query: SearchQuery
    let kind: SearchResult.Kind?
    let limit: Int

    static let fields: Fields<SearchParameters> = Fields(
        nil,
        SearchParameters.init,
        Field(
            "q",
            \.query,
            .searchQuery,
            "Words, all of which occur in what is found, as part of a word or a text; or a phone "
                + "number, however it is typed."
        ),
        Field(optional: "kind", \.kind, .enumeration(), "Only records of this kind."),
        Field("limit", \.limit, .integer(1...50), default: 20)
    )
}

extension Codec<SearchQuery> {
    /// Words to look for.
    fileprivate static var searchQuery: Codec<SearchQuery> {
        let text = Codec<String>.string(maxLength: 200)
        return Codec(
            schema: text.schema,
            decode: { json, decoding in
                guard let typed = text.decode(json, &decoding) else { return nil }
                guard let query = SearchQuery(typed) else {
                    decoding.refuse("must have a character other than white space")
                    return nil
                }
                guard query.words.count <= SearchQuery.mostWords else {
                    decoding.refuse("must have at most \(SearchQuery.mostWords) words")
                    return nil
                }
                return query
            },
            encode: { $1.string($0.text) }
        )
    }
}

extension SearchResult {
    static let fields: Representation<SearchResult> = Representation(
        "SearchResult",
        [
            Member(
                "items",
                \.hits,
                .array(of: .object(SearchHit.fields)),
                "The best first; of equal ones the newest first."
            ),
            Member(
                "more",
                \.more,
                .array(of: .enumeration()),
                "The kinds of which only the newest that fit were ranked; the list's `q` has all."
            ),
        ]
    )
}

extension SearchHit {
    static let fields: Representation<SearchHit> = Representation(
        "SearchHit",
        [
            Member("kind", \.kind, .enumeration()),
            Member("id", { ID<Never>(rawValue: $0.id) }, .id()),
            Member(
                "path",
                { Subject($0.kind.subject, $0.id).path },
                .string(maxLength: 100),
                "Where the record is."
            ),
            Member(
                "score",
                \.score,
                .integer(0...100),
                "100 where what was looked for is the whole of a name."
            ),
            Member(
                "title",
                \.title,
                .string(maxLength: 200),
                "The name, the subject or the summary, cut where it is long."
            ),
            Member(
                "customer",
                \.customer,
                .object(CustomerReference.fields),
                "The customer, or whose record it is; absent for a known problem."
            ),
            Member(
                "at",
                \.at,
                .instant,
                "When it was received, took place, or was changed last."
            ),
            Member(
                "highlights",
                \.highlights,
                .array(of: .object(Highlight.fields)),
                "The texts in which it stands."
            ),
        ]
    )
}

extension Highlight {
    static let fields: Representation<Highlight> = Representation(
        "Highlight",
        [
            Member(
                "member",
                \.member,
                .string(maxLength: 20),
                "What the text is of the record."
            ),
            Member(
                "parts",
                \.parts,
                .array(of: .object(Part.fields)),
                "The text in order, as plain text; a long one cut to what stands around the match."
            ),
        ]
    )
}

extension Highlight.Part {
    static let fields: Representation<Highlight.Part> = Representation(
        "HighlightPart",
        [
            Member("text", \.text, .string(maxLength: 10_000)),
            Member("match", \.isMatch, .boolean, "Whether it is what was looked for."),
        ]
    )
}
