// SPDX-License-Identifier: Apache-2.0
import SQLite

/// The record that an event is about.
package struct Subject: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case customer
        case interaction
        case promise
        case complaint
        case complaintPolicy = "complaint-policy"
        case product
        case order
        case payment
        case refund
        case expense
        case plan
        case acquisitionCost = "acquisition-cost"
        case warning
        case warningPolicy = "warning-policy"
        case warningRun = "warning-run"
        case tierRun = "tier-run"
        case tierPolicy = "tier-policy"
        case valueModel = "value-model"
        case valuePolicy = "value-policy"
        case imports = "import"
        case token
        case staff
        case team
        case call
        case contact
        case singleThreadPolicy = "single-thread-policy"
        case contactPolicy = "contact-policy"
        case plannedContact = "planned-contact"
        case authorityPolicy = "authority-policy"
        case approval
        case task
        case meeting
        case need
        case article
        case chainLink = "chain-link"
        case carePolicy = "care-policy"
        case endingCandidate = "ending-candidate"
    }

    package let kind: Kind
    package let id: Int64

    package init(_ kind: Kind, _ id: Int64) {
        self.kind = kind
        self.id = id
    }

    package init<Record>(_ kind: Kind, _ id: ID<Record>) {
        self.init(kind, id.rawValue)
    }
}
