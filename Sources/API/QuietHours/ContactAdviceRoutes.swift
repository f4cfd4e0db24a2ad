// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on quiet hours.
package struct ContactAdviceRoutes {
    private static let tag = "Quiet hours"

    private let advice: ContactAdviceService

    package init(advice: ContactAdviceService) {
        self.advice = advice
    }

    package var all: [APIRoute] {
        [advise] + policy
    }

    private var advise: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/contact-advice",
            ID<Customer>.self,
            name: "getContactAdvice",
            summary: "Tells whether a customer may be contacted, and if not, when next",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            takes: .query(ContactAdviceQuery.fields),
            returns: .record(ContactAdvice.fields)
        ) { [advice] query, call, snapshot, id in
            try advice.advise(
                on: id,
                at: query.at ?? call.instant,
                now: call.instant,
                in: snapshot
            )
        }
    }

    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/contact-policy",
            name: "ContactPolicy",
            reading: "Reads when customers are not to be disturbed",
            replacing: "Puts other quiet hours in force",
            tag: Self.tag,
            scope: .interactionsRead,
            takes: ContactTerms.fields,
            returns: ContactPolicy.fields,
            inForce: { [advice] in try advice.policy(in: $0) },
            replace: { [advice] in try advice.setPolicy($0, by: $1, in: $2) }
        )
    }
}
