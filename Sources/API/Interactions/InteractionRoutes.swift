// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on interactions.
package struct InteractionRoutes {
    private let interactions: InteractionService

    package init(interactions: InteractionService) {
        self.interactions = interactions
    }

    package var all: [APIRoute] {
        [record, list, find, correct]
    }

    private var record: APIRoute {
        .write(
            .post,
            "/v1/interactions",
            name: "recordInteraction",
            summary: "Records a contact with a customer",
            tag: "Interactions",
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(InteractionInput.fields),
            returns: .created(Interaction.fields) { Subject(.interaction, $0.id).path },
            problems: [.duplicate, .customerMissing]
        ) { [interactions] input, call, transaction in
            try interactions.record(
                input.interaction(),
                from: call.tokenID,
                by: call.occasion,
                in: transaction
            )
        }
    }

    private var correct: APIRoute {
        .write(
            .post,
            "/v1/interactions/{interaction}/corrections",
            ID<Interaction>.self,
            name: "correctInteraction",
            summary: "Corrects what is recorded of a contact, which keeps what it said before",
            tag: "Interactions",
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(NewInteractionCorrection.fields),
            returns: .created(Interaction.fields) { Subject(.interaction, $0.id).path },
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [interactions] correction, call, transaction, id in
            let interaction = try interactions.find(id, in: transaction)
            try call.demandMatch(interaction, Interaction.fields)
            return try interactions.correct(
                interaction,
                to: correction.applied(to: interaction.record),
                because: correction.reason,
                by: call.occasion,
                in: transaction
            )
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/interactions",
            name: "listInteractions",
            summary: "Lists contacts with customers",
            tag: "Interactions",
            scope: Scope.interactionsRead.rawValue,
            Listing(
                filter: InteractionFilter.fields,
                rows: Interaction.fields,
                sorts: ["-occurredAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [interactions] query, _, snapshot in
            try interactions.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/interactions/{interaction}",
            ID<Interaction>.self,
            name: "getInteraction",
            summary: "Reads a contact with a customer",
            tag: "Interactions",
            scope: Scope.interactionsRead.rawValue,
            takes: .nothing,
            returns: .record(Interaction.fields)
        ) { [interactions] _, _, snapshot, id in
            try interactions.find(id, in: snapshot)
        }
    }
}
