// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// One search over all kinds of records, ranked.
///
/// What it does is bounded: of each kind the newest that fit are ranked, and customers whose names
/// begin with what is looked for, or who have just this number or external id. The lists' `q` finds
/// all.
package struct SearchService: Sendable {
    /// So many of a kind are ranked.
    private static let mostRanked = 200
    /// So many of a kind are looked at: the text of one that an index names may not fit.
    private static let mostLooks = 1_000

    private let store = SearchStore()
    private let customers = CustomerStore()
    private let contacts = ContactStore()
    private let interactions = InteractionStore()
    private let complaints = ComplaintStore()
    private let articles = ArticleStore()

    package init() {}

    /// A customer is found by its people, too; which of them it was is shown if `showsContacts` says
    /// so.
    package func find(
        _ query: SearchQuery,
        among kinds: [SearchResult.Kind],
        showsContacts: Bool,
        limit: Int,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> SearchResult {
        var ranked: [Ranked] = []
        var more: [SearchResult.Kind] = []
        for kind in kinds {
            let (found, isCut) = try rank(kind, query, in: snapshot)
            ranked += found
            if isCut { more.append(kind) }
        }
        ranked.sort { $0.isBefore($1) }
        let hits = try ranked.prefix(limit).compactMap {
            try hit($0, query, showsContacts: showsContacts, at: now, in: snapshot)
        }
        return SearchResult(hits: hits, more: more)
    }
}

// MARK: - Ranking

private struct Ranked {
    let kind: SearchResult.Kind
    let id: Int64
    let at: Instant
    let score: Int

    /// The better first, then the newer.
    func isBefore(_ other: Ranked) -> Bool {
        if score != other.score { return score > other.score }
        if at != other.at { return at > other.at }
        if kind != other.kind { return kind.rawValue < other.kind.rawValue }
        return id > other.id
    }
}

extension SearchService {
    private func rank(
        _ kind: SearchResult.Kind,
        _ query: SearchQuery,
        in snapshot: Snapshot
    ) throws -> (ranked: [Ranked], isCut: Bool) {
        var ranked: [Ranked] = []
        var seen: Set<Int64> = []
        func look(_ id: Int64) throws {
            guard seen.insert(id).inserted,
                let candidate = try candidate(kind, id, in: snapshot),
                let score = candidate.texts.points(of: query)
            else { return }
            ranked.append(Ranked(kind: kind, id: id, at: candidate.at, score: score))
        }
        if kind == .customer {
            for id in try named(query, in: snapshot) { try look(id) }
        }
        guard
            let expression = kind == .customer ? query.expressionOrDigits : query.expression
        else { return (ranked, false) }
        let index = kind.index
        let narrowed = try index.narrow(expression, in: snapshot)
        var last = Int64.max
        var limit = Self.mostRanked
        while true {
            let ids = try index.newest(narrowed, below: last, limit: limit, in: snapshot)
            for id in ids {
                // Those of the first time are all ranked.
                if limit > Self.mostRanked, ranked.count >= Self.mostRanked {
                    return (ranked, true)
                }
                try look(id)
            }
            guard let lowest = ids.last, ids.count == limit else { return (ranked, false) }
            guard ranked.count < Self.mostRanked, seen.count < Self.mostLooks else {
                return (ranked, true)
            }
            last = lowest
            limit = Self.mostLooks - Self.mostRanked
        }
    }

    /// Those whom the text names, however many others have it somewhere.
    private func named(_ query: SearchQuery, in snapshot: Snapshot) throws -> [Int64] {
        var ids = try store.customers(named: query.text, limit: 50, in: snapshot)
        if let id = try customers.id(externalID: query.text, in: snapshot) {
            ids.append(id.rawValue)
        }
        if let number = PhoneNumber(query.text) {
            ids += try customers.references(phone: number.e164, in: snapshot).map(\.id.rawValue)
        }
        return ids
    }

    private func candidate(
        _ kind: SearchResult.Kind,
        _ id: Int64,
        in snapshot: Snapshot
    ) throws -> SearchStore.Candidate? {
        switch kind {
        case .customer: try store.customer(id, in: snapshot)
        case .complaint: try store.complaint(id, in: snapshot)
        case .interaction: try store.interaction(id, in: snapshot)
        case .article: try store.article(id, in: snapshot)
        }
    }
}

extension SearchResult.Kind {
    fileprivate var index: SearchIndex {
        switch self {
        case .customer: CustomerStore.index
        case .complaint: ComplaintStore.index
        case .interaction: InteractionStore.index
        case .article: ArticleStore.index
        }
    }
}

// MARK: - Showing

extension SearchService {
    private func hit(
        _ ranked: Ranked,
        _ query: SearchQuery,
        showsContacts: Bool,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> SearchHit? {
        var title: String
        let customer: CustomerReference?
        var highlights: [Highlight?]
        switch ranked.kind {
        case .customer:
            guard let found = try customers.find(ID(rawValue: ranked.id), in: snapshot) else {
                return nil
            }
            title = found.details.name
            customer = found.reference
            highlights = found.details.highlights(of: query)
            if showsContacts {
                highlights += try contacts.texts(of: found.id, in: snapshot).highlights(of: query)
            }
        case .complaint:
            let id = ID<Complaint>(rawValue: ranked.id)
            guard let found = try complaints.find(id, at: now, in: snapshot) else { return nil }
            title = found.details.subject
            customer = found.customer
            highlights = [
                Highlight("subject", found.details.subject, words: query.words),
                found.details.description.flatMap {
                    Highlight("description", $0, words: query.words)
                },
            ]
        case .interaction:
            let id = ID<Interaction>(rawValue: ranked.id)
            guard let found = try interactions.find(id, in: snapshot),
                let reference = try customers.reference(found.customerID, in: snapshot)
            else { return nil }
            title = found.details.summary
            customer = reference
            highlights = [Highlight("summary", found.details.summary, words: query.words)]
        case .article:
            guard let found = try articles.find(ID(rawValue: ranked.id), in: snapshot) else {
                return nil
            }
            title = found.details.problem
            customer = nil
            highlights = [
                Highlight("problem", found.details.problem, words: query.words),
                found.details.fix.flatMap { Highlight("fix", $0, words: query.words) },
            ]
        }
        if title.count > Highlight.longest { title = title.prefix(Highlight.longest) + "…" }
        return SearchHit(
            kind: ranked.kind,
            id: ranked.id,
            score: ranked.score,
            title: title,
            customer: customer,
            at: ranked.at,
            highlights: highlights.compactMap(\.self)
        )
    }
}

extension CustomerDetails {
    fileprivate func highlights(of query: SearchQuery) -> [Highlight?] {
        [
            Highlight("name", name, words: query.words),
            externalID.flatMap { Highlight("externalId", $0, words: query.words) },
        ]
            + emails.map { Highlight("email", $0, words: query.words) }
            + phones.map { $0.highlight(of: query) }
    }
}

extension ContactTexts {
    fileprivate func highlights(of query: SearchQuery) -> [Highlight?] {
        names.map { Highlight("contact", $0, words: query.words) }
            + emails.map { Highlight("email", $0, words: query.words) }
            + phones.map { $0.highlight(of: query) }
    }
}

extension CustomerPhone {
    fileprivate func highlight(of query: SearchQuery) -> Highlight? {
        (query.words + [query.digits].compactMap(\.self)).lazy.compactMap {
            Highlight(phone: typed, as: digits, digits: $0)
        }.first
    }
}
