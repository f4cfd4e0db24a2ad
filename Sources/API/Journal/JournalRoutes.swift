// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing
package import SQLite

/// The operations on the journal.
package struct JournalRoutes {
    private let journal: Journal
    private let database: Database?

    package init(journal: Journal, database: Database?) {
        self.journal = journal
        self.database = database
    }

    package var all: [APIRoute] {
        [events, verify]
    }

    private var events: APIRoute {
        .poll(
            "/v1/events",
            name: "listEvents",
            summary: "Lists every change once, in commit order; waits for the next if asked to",
            tag: "Journal",
            scope: Scope.eventsRead.rawValue,
            takes: .query(EventQuery.fields),
            returns: .record(EventPage.fields),
            waitSeconds: \.wait
        ) { [journal] query, _, snapshot in
            let items = try journal.events(
                after: Int64(query.after),
                limit: query.limit,
                in: snapshot
            )
            return Polled(EventPage(items: items), isEmpty: items.isEmpty)
        }
    }

    private var verify: APIRoute {
        .background(
            .get,
            "/v1/audit/verify",
            name: "verifyJournal",
            summary: "Recomputes the journal's hash chain",
            tag: "Journal",
            scope: Scope.auditRead.rawValue,
            takes: .nothing,
            returns: .record(JournalVerdict.fields)
        ) { [journal, database] _, call, _ in
            { _ in
                guard let database else { throw Problem(.unavailable) }
                var check = JournalCheck()
                var hasMore = true
                while hasMore {
                    (check, hasMore) = try database.read { [check] snapshot in
                        var next = check
                        let hasMore = try journal.extend(&next, limit: 10_000, in: snapshot)
                        return (next, hasMore)
                    }
                }
                return check.verdict
            }
        }
    }
}
