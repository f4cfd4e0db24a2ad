// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on the journal.
package struct JournalRoutes {
    private let journal: Journal

    package init(journal: Journal) {
        self.journal = journal
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
        .read(
            .get,
            "/v1/audit/verify",
            name: "verifyJournal",
            summary: "Recomputes the journal's hash chain",
            tag: "Journal",
            scope: Scope.auditRead.rawValue,
            takes: .nothing,
            returns: .record(JournalVerdict.fields)
        ) { [journal] _, _, snapshot in
            try journal.verify(in: snapshot)
        }
    }
}
