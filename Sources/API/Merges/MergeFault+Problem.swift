// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
package import Routing

extension ProblemKind {
    package static let customerMoved = ProblemKind(
        "customer-moved",
        .movedPermanently,
        "Customer moved",
        "The customer was merged into another one; `Location` is the same address there. "
            + "The merge may be undone: do not keep the answer."
    )
    package static let customerMerged = ProblemKind(
        "customer-merged",
        .conflict,
        "Customer merged",
        "The customer was merged into another one, which a change has to name: `existing` is its "
            + "address. A change is not sent on, since clients would send it as a read."
    )
    package static let mergeWithItself = ProblemKind(
        "merge-with-itself",
        .unprocessableContent,
        "Merge with itself",
        "A customer cannot become part of itself; `allowed` says where duplicates are found."
    )
    package static let mergeArchived = ProblemKind(
        "merge-archived",
        .conflict,
        "Merge of an archived customer",
        "One of the customers is archived. Allowed are two that are there; `allowed` lists them."
    )
    package static let alreadyMerged = ProblemKind(
        "already-merged",
        .conflict,
        "Already merged",
        "The duplicate is part of a customer already, `existing`; `allowed` is how to part them, "
            + "or how to merge that one."
    )
    package static let mergeTooLarge = ProblemKind(
        "merge-too-large",
        .conflict,
        "Merge too large",
        "Together the customers have more phones, e-mails, tags or contacts than one may have; "
            + "`count` says how many, `limit` how many there may be, `allowed` how to remove some."
    )
    package static let notMerged = ProblemKind(
        "not-merged",
        .conflict,
        "Not merged",
        "The customer is no part of this one; `allowed` says what it can be parted from, or where "
            + "merges are listed."
    )
    package static let mergeCovered = ProblemKind(
        "merge-covered",
        .conflict,
        "Merge covered by a later one",
        "The customer that it was merged into was merged itself since; `allowed` is that later "
            + "merge's undoing, which comes first."
    )
    package static let mergeTooOld = ProblemKind(
        "merge-too-old",
        .conflict,
        "Merge too old",
        "A merge can be undone for 30 days, until `until`; `allowed` is how a customer is created "
            + "anew."
    )

    package static let merges: [ProblemKind] = [
        customerMoved, customerMerged, mergeWithItself, mergeArchived, alreadyMerged,
        mergeTooLarge, notMerged, mergeCovered, mergeTooOld,
    ]
}

extension Problem {
    /// A read of a customer that was merged: the same of the one that is kept.
    init(movedTo kept: ID<Customer>, _ request: Request) {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: false)
        // Of `/v1/customers/7/…` the first four parts are followed by the rest.
        let rest = parts.dropFirst(4).map { "/" + $0 }.joined()
        let path = Subject(.customer, kept).path
        let query = request.query.map { "?" + $0 } ?? ""
        self.init(
            .customerMoved,
            "the customer was merged into customer \(kept.rawValue)",
            extra: [JSON.Member("existing", .string(path))]
        )
        fields.set("location", path + rest + query)
    }

    /// A change of a customer that was merged.
    init(mergedInto kept: ID<Customer>) {
        self.init(
            .customerMerged,
            "the customer was merged into customer \(kept.rawValue)",
            extra: [JSON.Member("existing", .string(Subject(.customer, kept).path))]
        )
    }

    init(_ fault: MergeFault) {
        switch fault {
        case .itself(let id):
            self.init(
                .mergeWithItself,
                "customer \(id.rawValue) cannot become part of itself",
                allowing: "GET /v1/duplicates"
            )
            violations = [Violation("/duplicateId", "must be another customer")]
        case .archived(let id):
            self.init(
                .mergeArchived,
                "customer \(id.rawValue) is archived",
                allowing: "GET /v1/customers"
            )
        case .alreadyMerged(let id, let kept):
            self.init(
                .alreadyMerged,
                "customer \(id.rawValue) is part of customer \(kept.rawValue)",
                allowing: Self.merge("unmerge", id, kept),
                "POST \(kept.path)/merge"
            )
            extra.append(JSON.Member("existing", .string(kept.path)))
        case .tooLarge(let id, let what, let count, let limit):
            self.init(
                .mergeTooLarge,
                "together they have \(count) \(what), and \(limit) are the most",
                allowing: what == "contacts"
                    ? "DELETE /v1/contacts/{contact}" : "PATCH \(id.path)"
            )
            extra += [
                JSON.Member("count", .integer(count)), JSON.Member("limit", .integer(limit)),
            ]
        case .notMerged(let id, let other, let customer):
            self.init(
                .notMerged,
                other.map { "customer \(id.rawValue) is part of customer \($0.rawValue)" }
                    ?? "customer \(id.rawValue) is part of no other",
                allowing: other.map { Self.merge("unmerge", id, $0) }
                    ?? "GET \(customer.path)/merges"
            )
        case .covered(let part, let kept):
            self.init(
                .mergeCovered,
                "customer \(part.rawValue) is part of customer \(kept.rawValue) itself",
                allowing: Self.merge("unmerge", part, kept)
            )
        case .tooLate(let id, let until):
            self.init(
                .mergeTooOld,
                "customer \(id.rawValue) could be parted until \(until)",
                allowing: "POST /v1/customers"
            )
            extra.append(JSON.Member("until", .string(until.rfc3339)))
        }
    }

    private init(_ kind: ProblemKind, _ detail: String, allowing allowed: String...) {
        self.init(
            kind,
            detail,
            extra: [JSON.Member("allowed", .array(allowed.map(JSON.string)))]
        )
    }

    private static func merge(
        _ action: String,
        _ duplicate: ID<Customer>,
        _ kept: ID<Customer>
    ) -> String {
        "POST \(kept.path)/\(action) {\"duplicateId\": \(duplicate.rawValue)}"
    }
}

extension ID<Customer> {
    fileprivate var path: String { Subject(.customer, self).path }
}
