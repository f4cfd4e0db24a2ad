// SPDX-License-Identifier: Apache-2.0

/// A rule of the business said no; nothing has changed.
package enum ServiceError: Error, Sendable, Equatable {
    /// A rule that a member of the input breaks.
    package struct Refusal: Sendable, Equatable {
        /// The member's place, an RFC 6901 pointer.
        package let pointer: String
        package let detail: String

        package init(_ pointer: String, _ detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// There is no such record.
    case notFound
    /// Another record has the external id (or SKU) already.
    case duplicate(Subject)
    /// Members of the input break rules that only the stored records can tell.
    case refused([Refusal])
    /// Several customers have the phone number that should name one; and what else is wrong.
    case ambiguousPhone([CustomerReference], [Refusal] = [])
    /// The record's state does not allow it; what it does allow.
    case notAllowedNow(String, allowed: [String])
    /// A step of a complaint was to be taken before those that come first (M59).
    case stepSkipped(String, allowed: [String])
    case complaintClosed(String, allowed: [String])
    /// A complaint earns one reward at most (M61).
    case alreadyRewarded(String, allowed: [String])

    /// A complaint was to be assessed without saying what caused it (M59).
    case causeMissing
    /// Working hours overlap; the same hours joined.
    case overlappingHours([Refusal], allowed: [WorkingInterval])
    /// A person would be led by themselves; the leaders from the one named up to that person.
    case leaderCycle([ID<StaffMember>])
    /// A contact would report to themselves; those above the one named up to that contact, and to
    /// whom the contact may report (M41).
    case reportingCycle([ID<Contact>], allowed: [ID<Contact>])
    /// A customer is not to be disturbed then (M49); from when on again, if at all within a year.
    case quietHours(rule: String, nextAllowedAt: Instant?)
    /// One lifecycle does not follow the other (M04).
    case lifecycleEdge(from: Customer.Lifecycle, to: Customer.Lifecycle)
    /// Customers of these roles are not linked so (M03).
    case chainRole(ChainLink.Kind, from: Customer.Role, to: Customer.Role)
    /// A customer would be linked to itself; the customers from the one named up to it, and the
    /// member that names it.
    case chainCycle([ID<Customer>], String)
    /// The customer was merged into that one, which a change has to name.
    case customerMerged(into: ID<Customer>)
    /// Customers cannot be merged, or a merge cannot be undone.
    case merge(MergeFault)
    /// What somebody wants to do is beyond their authority (M51).
    case approvalNeeded(ApprovalNeed)
    /// What somebody wants to decide is not theirs to decide; how far they may go, and the roles
    /// that may decide it.
    case beyondAuthority(String, limit: Money?, allowed: [Role])
    /// There is no person to be present, or the person has left.
    case unknownPerson(ID<StaffMember>)
    /// Nothing was reported of the call before, not even that it started.
    case unknownCall(String)
    /// No customer has the number of the caller.
    case unknownCaller(PhoneNumber)

    /// A record names no customer; the members by which it can, and what else is wrong.
    case customerMissing([Refusal])
    /// The amount of an order or a payment is below nothing, where only what takes one back may be;
    /// which, and what else is wrong.
    case negativeAmount(Subject.Kind, [Refusal])
    /// Lines of an order have a price below nothing; which, and what else is wrong.
    case negativePrice([Refusal])
    /// The amounts of a customer would come to more than is added up.
    case sumAboveBound(ID<Customer>, String, amount: Money, bound: Money)
    /// More was to be paid than is outstanding.
    case paymentAboveOutstanding(ID<Order>, outstanding: Money)
    /// A payment was taken back before, by that one.
    case paymentReversed(by: ID<Payment>)
    /// An expense was taken back before, by that one.
    case expenseReversed(by: ID<Expense>)
    /// More was to be taken back than a payment's amount.
    case reversalAbovePayment(ID<Payment>, amount: Money)
    /// More was to be given back than is left of an order; the members that say so.
    case refundAboveOrder(ID<Order>, refundable: Money, [Refusal])
    /// A warning of credit keeps a customer from buying on credit (M13).
    case creditBlocked(ID<Customer>, ID<Warning>)
    /// A case was to be closed without cause or action (M17).
    case warningUnexplained([Refusal])
    /// The thresholds of a policy contradict each other, or say nothing.
    case senselessPolicy([Refusal])
    /// It cannot be told how much of what a customer needs is bought from us (M21).
    case stageUnknown(ID<Customer>)
    /// A policy gives more to whom the method gives less, or leaves somebody out (M25).
    case invertedPolicy([Refusal])
    /// A decision names no person, or no reason (M24).
    case decisionUnsigned([Refusal])
    /// A plan would overlap others of its customer.
    case overlappingPlan([Plan])
    /// A cost would overlap others of its channel.
    case overlappingCost([AcquisitionCost])

    /// What is asked for as of a time that has not come yet; `now` is the latest there is.
    case futureAsOf(now: Instant)

    /// One member breaks a rule.
    static func refused(_ pointer: String, _ detail: String) -> ServiceError {
        .refused([Refusal(pointer, detail)])
    }
}

extension [ServiceError.Refusal] {
    /// Runs a check, whose refusals join these.
    @discardableResult
    mutating func collect<Checked>(_ check: () throws -> Checked) throws -> Checked? {
        do {
            return try check()
        } catch ServiceError.refused(let refusals) {
            self += refusals
            return nil
        }
    }
}
