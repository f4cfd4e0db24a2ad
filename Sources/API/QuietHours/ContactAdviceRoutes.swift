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
        [advise, findPolicy, setPolicy]
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

    private var findPolicy: APIRoute {
        .read(
            .get,
            "/v1/contact-policy",
            name: "getContactPolicy",
            summary: "Reads when customers are not to be disturbed",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            takes: .nothing,
            returns: .record(ContactPolicy.fields)
        ) { [advice] _, _, snapshot in
            try advice.policy(in: snapshot)
        }
    }

    private var setPolicy: APIRoute {
        .write(
            .put,
            "/v1/contact-policy",
            name: "setContactPolicy",
            summary: "Puts other quiet hours in force",
            tag: Self.tag,
            scope: Scope.policiesWrite.rawValue,
            takes: .body(ContactTerms.fields),
            returns: .record(ContactPolicy.fields),
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [advice] terms, call, transaction in
            try call.demandMatch(advice.policy(in: transaction), ContactPolicy.fields)
            return try advice.setPolicy(terms, by: call.occasion, in: transaction)
        }
    }
}
