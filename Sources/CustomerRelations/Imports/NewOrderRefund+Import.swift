// SPDX-License-Identifier: Apache-2.0

extension NewOrderRefund: ImportedRecord {
    package static let importKind = Import.Kind.refunds

    package var owner: CustomerName? { nil }

    package var externalName: String? { refund.externalID }

    /// Refunds without external id are told by order, time, and what they say.
    package var twin: ImportTwin? {
        guard refund.externalID == nil else { return nil }
        return ImportTwin(
            of: order.hashValue,
            at: refund.refundedAt?.rawValue ?? 0,
            content: content.hashValue
        )
    }

    package func put(
        _ row: ImportRow<NewOrderRefund>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let refundedAt = try demandTime()
        let store = RefundStore()
        let order = try work.rules.payments.order(order, in: work.transaction)
        if let externalID = refund.externalID {
            if let known = try store.id(externalID: externalID, in: work.transaction),
                let old = try store.find(known, in: work.transaction)
            {
                guard old.orderID == order.id, old.refundedAt == refundedAt,
                    old.content == content
                else {
                    throw ServiceError.refused(
                        "/externalId",
                        "names another refund, and those stay"
                    )
                }
                return .unchanged
            }
        } else {
            let transaction = work.transaction
            let isKnown = try work.isKnown(twin, row.ordinal, of: order.id) {
                try store.twins(of: order.id, at: refundedAt, in: transaction).map(\.hashValue)
            }
            guard !isKnown else { return .unchanged }
        }
        let refunds = work.rules.refunds
        let id =
            switch kind {
            case .refund:
                try refunds.enter(refund, of: order, at: work.occasion.at, in: work.transaction)
            case .cancellation:
                try refunds.enterCancellation(
                    refund,
                    of: order,
                    at: work.occasion.at,
                    in: work.transaction
                )
            }
        return .created(id.rawValue)
    }

    /// When it was made, which has to be told; refuses what a cancellation leaves nothing to say of.
    private func demandTime() throws -> Instant {
        var refusals: [ServiceError.Refusal] = []
        if kind == .cancellation {
            let members = [("/amount", refund.amount != nil), ("/lines", !refund.lines.isEmpty)]
            for (pointer, _) in members.filter(\.1) {
                refusals.append(
                    ServiceError.Refusal(pointer, "a cancellation takes back the whole order")
                )
            }
        }
        guard let refundedAt = refund.refundedAt, refusals.isEmpty else {
            if refund.refundedAt == nil {
                refusals.append(
                    ServiceError.Refusal("/refundedAt", "is required where refunds are imported")
                )
            }
            throw ServiceError.refused(refusals)
        }
        return refundedAt
    }
}
