// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
package import Routing
package import SQLite

extension ProblemKind {
    package static let duplicate = ProblemKind(
        "duplicate",
        .conflict,
        "Duplicate",
        "Another record has the external id or SKU already; `existing` is its address."
    )
    package static let ambiguousCustomer = ProblemKind(
        "ambiguous-customer",
        .conflict,
        "Ambiguous customer",
        "More than one customer has the phone number; `customers` lists them, `errors` what else "
            + "is wrong. Name the customer by `customerId` or `customerExternalId`."
    )
    package static let notAllowedNow = ProblemKind(
        "not-allowed-now",
        .conflict,
        "Not allowed now",
        "The record's state does not allow the action; `allowed` lists the actions that it does."
    )
    package static let stepSkipped = ProblemKind(
        "step-skipped",
        .conflict,
        "Step skipped",
        "A complaint goes through its steps one by one; `allowed` lists the actions that are next."
    )
    package static let complaintClosed = ProblemKind(
        "complaint-closed",
        .conflict,
        "Complaint closed",
        "The complaint is closed; `allowed` lists what can still be done, `reopen` among it."
    )
    package static let alreadyRewarded = ProblemKind(
        "already-rewarded",
        .conflict,
        "Already rewarded",
        "A complaint earns one reward at most, and this one has had it."
    )
    package static let causeMissing = ProblemKind(
        "cause-missing",
        .unprocessableContent,
        "Cause missing",
        "A complaint is assessed by saying what caused it, and keeps a cause from then on; `allowed` "
            + "lists the causes."
    )
    package static let overlappingHours = ProblemKind(
        "overlapping-hours",
        .unprocessableContent,
        "Overlapping hours",
        "Two stretches of a person's or a desk's working hours overlap; `errors` names those that do, "
            + "`allowed` is the same hours joined."
    )
    package static let leaderCycle = ProblemKind(
        "leader-cycle",
        .unprocessableContent,
        "Leader cycle",
        "A person would be led by themselves; `chain` is the leaders from the one who was named up "
            + "to the person. Allowed is whoever is not led by the person."
    )
    package static let reportingCycle = ProblemKind(
        "reporting-cycle",
        .unprocessableContent,
        "Reporting cycle",
        "A contact would report to themselves; `chain` is the contacts from the one who was named up "
            + "to that contact, `allowed` those to whom the contact may report, and null for nobody."
    )
    package static let quietHours = ProblemKind(
        "quiet-hours",
        .conflict,
        "Quiet hours",
        "The customer is not to be disturbed at that time: `rule` is the first rule that says so, "
            + "`nextAllowedAt` the next instant at which no rule does, absent if there is none within a "
            + "year. With an `override` that gives a reason it is done all the same."
    )
    package static let approvalNeeded = ProblemKind(
        "approval-needed",
        .conflict,
        "Approval needed",
        "This is beyond the authority of whoever wants to do it: `limit` is how far that goes. `needed` "
            + "is the request that asks for an approval, or `existing` the one that waits for its answer; "
            + "once it is approved, do it again. Where `mayActFirst` is true, `actFirst` with a reason "
            + "does it now, and the approval is owed."
    )
    package static let beyondAuthority = ProblemKind(
        "beyond-authority",
        .conflict,
        "Beyond authority",
        "Nobody decides on what they ask for themselves, nor on what is beyond their own authority; "
            + "`limit` is how far that goes, `allowed` lists the roles that reach further, of which "
            + "somebody else decides."
    )
    package static let unknownPerson = ProblemKind(
        "unknown-person",
        .notFound,
        "Unknown person",
        "Nobody has this identifier, or who had it has left. `allowed` says where those are listed "
            + "who can be present, and how one is added."
    )
    package static let unknownCall = ProblemKind(
        "unknown-call",
        .notFound,
        "Unknown call",
        "Nothing was reported of the call before; `allowed` is the event that a call begins with."
    )
    package static let unknownCaller = ProblemKind(
        "unknown-caller",
        .notFound,
        "Unknown caller",
        "No customer has the phone number; `needed` is the request that makes a prospect of the caller."
    )
    package static let customerMissing = ProblemKind(
        "customer-missing",
        .unprocessableContent,
        "Customer missing",
        "The record names no customer; `errors` has the members by which one can be named, of which "
            + "one is needed, and what else is wrong."
    )
    package static let negativeAmount = ProblemKind(
        "negative-amount",
        .unprocessableContent,
        "Negative amount",
        "An order or a payment comes to less than nothing. What takes one back is a record of its own; "
            + "`allowed` lists the requests that make one, `errors` what else is wrong."
    )
    package static let negativePrice = ProblemKind(
        "negative-price",
        .unprocessableContent,
        "Negative price",
        "Lines of an order have a price below nothing; `errors` names each, and what else is wrong. A "
            + "discount lowers what a line comes to, a refund takes it back."
    )
    package static let sumAboveBound = ProblemKind(
        "sum-above-bound",
        .conflict,
        "Sum above bound",
        "The totals and costs of a customer's orders and the expense on it would come to more than is "
            + "added up: `amount` is what was to be added, `bound` the most that all may come to."
    )
    package static let paymentAboveOutstanding = ProblemKind(
        "payment-above-outstanding",
        .conflict,
        "Payment above outstanding",
        "More would be paid than is left to be paid of the order; `outstanding` is how much that is."
    )
    package static let paymentReversed = ProblemKind(
        "payment-reversed",
        .conflict,
        "Payment reversed",
        "The payment was taken back before; `existing` is the address of what took it back."
    )
    package static let reversalAbovePayment = ProblemKind(
        "reversal-above-payment",
        .conflict,
        "Reversal above payment",
        "More would be taken back than was paid; `reversible` is how much that is."
    )
    package static let expenseReversed = ProblemKind(
        "expense-reversed",
        .conflict,
        "Expense reversed",
        "The expense was taken back before; `existing` is the address of what took it back."
    )
    package static let refundAboveOrder = ProblemKind(
        "refund-above-order",
        .conflict,
        "Refund above order",
        "More would be given back than is left of the order; `refundable` is how much that is."
    )
    package static let overlappingPlan = ProblemKind(
        "overlapping-plan",
        .conflict,
        "Overlapping plan",
        "The customer has plans for parts of that period; `overlaps` lists their addresses. Delete "
            + "them, or plan for periods beside them."
    )
    package static let creditBlocked = ProblemKind(
        "credit-blocked",
        .conflict,
        "Credit blocked",
        "The customer has a warning of credit that is not closed: `warning` is its address. Until then "
            + "it may buy on the terms in `allowed`."
    )
    package static let senselessPolicy = ProblemKind(
        "senseless-policy",
        .unprocessableContent,
        "Senseless policy",
        "The values contradict each other, or lie where they mean nothing; `errors` names those."
    )
    package static let warningUnexplained = ProblemKind(
        "warning-unexplained",
        .unprocessableContent,
        "Warning unexplained",
        "A warning is closed by saying what caused it and what was done; `errors` names what is "
            + "missing."
    )

    package static let overlappingCost = ProblemKind(
        "overlapping-cost",
        .conflict,
        "Overlapping cost",
        "The channel has costs for parts of that period; `overlaps` lists their addresses. Delete "
            + "them, or record others beside them."
    )

    package static let lifecycleEdge = ProblemKind(
        "lifecycle-edge",
        .conflict,
        "Lifecycle edge",
        "The relation with a customer does not become that from what it is; `allowed` lists what "
            + "it may become."
    )
    package static let stageUnknown = ProblemKind(
        "stage-unknown",
        .conflict,
        "Stage unknown",
        "There are orders, and neither the customer nor a survey says what the customer buys in all of "
            + "such things, so that it cannot be told how much of it is ours; `needed` is the request "
            + "that records it, for a category that it orders."
    )

    package static let invertedPolicy = ProblemKind(
        "inverted-policy",
        .unprocessableContent,
        "Inverted policy",
        "The policy gives more to customers of a lower tier, or without potential, than to better ones, "
            + "or leaves some out; `errors` names each place."
    )
    package static let decisionUnsigned = ProblemKind(
        "decision-unsigned",
        .unprocessableContent,
        "Decision unsigned",
        "A relation is ended or kept by a person, who is named, and for a reason; `errors` names what is "
            + "missing."
    )

    package static let futureAsOf = ProblemKind(
        "future-as-of",
        .unprocessableContent,
        "Future asOf",
        "`asOf` lies in the future, of which there is nothing to tell; `now` is the latest that "
            + "can be asked for."
    )

    /// The kinds that the business raises.
    package static let business: [ProblemKind] = [
        duplicate, ambiguousCustomer, notAllowedNow, stepSkipped, complaintClosed, alreadyRewarded,
        causeMissing, overlappingHours, leaderCycle, reportingCycle, quietHours, approvalNeeded,
        beyondAuthority, unknownPerson, unknownCall, unknownCaller, customerMissing,
        negativeAmount, negativePrice, sumAboveBound, paymentAboveOutstanding, paymentReversed,
        reversalAbovePayment, expenseReversed, refundAboveOrder,
        overlappingPlan, overlappingCost, lifecycleEdge, creditBlocked, senselessPolicy,
        warningUnexplained, stageUnknown, invertedPolicy, decisionUnsigned, futureAsOf,
    ]
}

extension Problem {
    /// What an error means to a client; nil for one that is our own fault.
    package init?(describing error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let violations as Violations: self.init(violations)
        case let refusal as ServiceError: self.init(refusal)
        case is QueueFull: self.init(.unavailable, "too many requests are waiting")
        case let error as SQLiteError where error.isFull || error.isReadOnly:
            self.init(.insufficientStorage, Self.reason(error))
        case let error as SQLiteError where error.isBusy || error.isInterrupted:
            self.init(.unavailable, "the database is busy")
        case let error as SQLiteError where error.isUnopened:
            self.init(.unavailable, "the database cannot be opened now")
        default: return nil
        }
        if kind == .unavailable { fields.set("retry-after", "1") }
    }

    /// Why a change was not written.
    package static func reason(_ error: SQLiteError) -> String {
        error.isReadOnly
            ? "the database is on a medium that can only be read" : "the disk is full or nearly so"
    }

    /// A refusal that tells what is allowed instead.
    private init(_ kind: ProblemKind, _ detail: String, _ allowed: [String]) {
        self.init(
            kind,
            detail,
            extra: [JSON.Member("allowed", .array(allowed.map(JSON.string)))]
        )
    }

    init(_ error: ServiceError) {
        switch error {
        case .notFound:
            self.init(ProblemKind.notFound)
        case .duplicate(let subject):
            self.init(
                .duplicate,
                "\(subject.kind.rawValue) \(subject.id) has it already",
                extra: [JSON.Member("existing", .string(subject.path))]
            )
        case .refused(let refusals):
            self.init(Violations(refusals.map { Violation($0.pointer, $0.detail) }))
        case .ambiguousPhone(let customers, let refusals):
            self.init(
                .ambiguousCustomer,
                "\(customers.count) customers have the phone number",
                extra: [
                    JSON.Member(
                        "customers",
                        .array(
                            customers.map {
                                ["id": .number(String($0.id.rawValue)), "name": .string($0.name)]
                            }
                        )
                    )
                ]
            )
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .futureAsOf(let now):
            self.init(
                .futureAsOf,
                "asOf: must not lie in the future",
                extra: [JSON.Member("now", .string(now.rfc3339))]
            )
            violations = [Violation("/asOf", "must not lie in the future")]
        case .notAllowedNow(let detail, let allowed):
            self.init(.notAllowedNow, detail, allowed)
        case .stepSkipped(let detail, let allowed):
            self.init(.stepSkipped, detail, allowed)
        case .complaintClosed(let detail, let allowed):
            self.init(.complaintClosed, detail, allowed)
        case .alreadyRewarded(let detail, let allowed):
            self.init(.alreadyRewarded, detail, allowed)
        case .causeMissing:
            self.init(
                .causeMissing,
                "an assessment names a cause",
                Complaint.Cause.allCases.map(\.rawValue)
            )
            violations = [Violation("/cause", "is missing")]
        case .negativeAmount(let kind, let refusals):
            self.init(
                .negativeAmount,
                "an amount is negative",
                kind == .payment
                    ? ["POST /v1/payments/{payment}/reverse"]
                    : ["POST /v1/orders/{order}/refunds", "POST /v1/orders/{order}/cancel"]
            )
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .customerMissing(let refusals):
            self.init(.customerMissing, "no customer is named")
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .negativePrice(let refusals):
            self.init(.negativePrice, "a price is negative")
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .sumAboveBound(let customer, let pointer, let amount, let bound):
            self.init(
                .sumAboveBound,
                "\(amount) more would take the amounts of customer \(customer.rawValue) past "
                    + "\(bound)",
                extra: [
                    JSON.Member("amount", .string(amount.description)),
                    JSON.Member("bound", .string(bound.description)),
                ]
            )
            violations = [Violation(pointer, "would take the customer past \(bound)")]
        case .paymentAboveOutstanding(let order, let outstanding):
            self.init(
                .paymentAboveOutstanding,
                "order \(order.rawValue) has \(outstanding) outstanding",
                extra: [JSON.Member("outstanding", .string(outstanding.description))]
            )
            violations = [Violation("/amount", "is more than \(outstanding)")]
        case .paymentReversed(let other):
            self.init(
                .paymentReversed,
                "payment \(other.rawValue) took it back",
                extra: [JSON.Member("existing", .string(Subject(.payment, other).path))]
            )
        case .reversalAbovePayment(let payment, let amount):
            self.init(
                .reversalAbovePayment,
                "payment \(payment.rawValue) is of \(amount)",
                extra: [JSON.Member("reversible", .string(amount.description))]
            )
            violations = [Violation("/amount", "is more than \(amount)")]
        case .expenseReversed(let other):
            self.init(
                .expenseReversed,
                "expense \(other.rawValue) took it back",
                extra: [JSON.Member("existing", .string(Subject(.expense, other).path))]
            )
        case .refundAboveOrder(let order, let refundable, let refusals):
            self.init(
                .refundAboveOrder,
                "order \(order.rawValue) has \(refundable) left to be given back",
                extra: [JSON.Member("refundable", .string(refundable.description))]
            )
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .creditBlocked(let customer, let warning):
            self.init(
                .creditBlocked,
                "customer \(customer.rawValue) has a warning of credit",
                extra: [
                    JSON.Member("warning", .string(Subject(.warning, warning).path)),
                    JSON.Member("allowed", [.string(Order.Terms.prepaid.rawValue)]),
                ]
            )
        case .warningUnexplained(let refusals):
            self.init(.warningUnexplained, "cause and action are compulsory")
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .senselessPolicy(let refusals):
            self.init(.senselessPolicy, "the values make no sense together")
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .overlappingPlan(let plans):
            self.init(
                .overlappingPlan,
                "it overlaps \(plans.map(\.period).joined(separator: ", "))",
                extra: [JSON.Member("overlaps", .array(plans.map { .string($0.path) }))]
            )
        case .overlappingCost(let costs):
            self.init(
                .overlappingCost,
                "it overlaps \(costs.map(\.period).joined(separator: ", "))",
                extra: [JSON.Member("overlaps", .array(costs.map { .string($0.path) }))]
            )
        case .invertedPolicy(let refusals):
            self.init(.invertedPolicy, "it favours a lower tier, or leaves one out")
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .decisionUnsigned(let refusals):
            self.init(.decisionUnsigned, "a person and a reason are needed")
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .stageUnknown(let customer):
            self.init(
                .stageUnknown,
                "of what customer \(customer.rawValue) orders nobody says how much it buys in all",
                extra: [
                    JSON.Member(
                        "needed",
                        .string(
                            "PUT /v1/customers/\(customer.rawValue)/category-spend/{category} "
                                + #"{"amount", "per", "source", "asOf"}"#
                        )
                    )
                ]
            )
        case .overlappingHours(let refusals, let allowed):
            self.init(
                .overlappingHours,
                "working hours overlap",
                extra: [
                    JSON.Member("allowed", .array(allowed.map(\.json)))
                ]
            )
            violations = refusals.map { Violation($0.pointer, $0.detail) }
        case .leaderCycle(let chain):
            self.init(
                .leaderCycle,
                "a person cannot be led by someone whom they lead",
                extra: [JSON.Member("chain", .ids(chain))]
            )
            violations = [Violation("/leaderId", "is led by the person")]
        case .reportingCycle(let chain, let allowed):
            self.init(
                .reportingCycle,
                "a contact cannot report to someone who reports to them",
                extra: [
                    JSON.Member("chain", .ids(chain)),
                    JSON.Member("allowed", .array((JSON.ids(allowed).elements ?? []) + [.null])),
                ]
            )
            violations = [Violation("/reportsToId", "reports to the contact")]
        case .quietHours(let rule, let next):
            self.init(
                .quietHours,
                "\(rule) lets nobody be contacted then",
                extra: [JSON.Member("rule", .string(rule))]
                    + (next.map { [JSON.Member("nextAllowedAt", .string($0.rfc3339))] } ?? [])
            )
        case .lifecycleEdge(let old, let new):
            self.init(
                .lifecycleEdge,
                "\(new.rawValue) does not follow \(old.rawValue)",
                old.next.map(\.rawValue)
            )
        case .chainRole(let kind, let from, let to):
            self.init(
                .chainRole,
                "no \(from.rawValue) customer \(kind.rawValue) one that is \(to.rawValue)",
                kind.pairs
            )
            violations = [Violation("/customerId", "has another role than the link allows")]
        case .chainCycle(let chain, let pointer):
            self.init(
                .chainCycle,
                "a customer cannot come to stand behind itself",
                extra: [JSON.Member("chain", .ids(chain))]
            )
            violations = [Violation(pointer, "is linked to the customer already")]
        case .customerMerged(let kept): self.init(mergedInto: kept)
        case .merge(let fault): self.init(fault)
        case .approvalNeeded(let need):
            self.init(
                .approvalNeeded,
                need.pending == nil
                    ? "whoever does this needs an approval" : "an approval is asked for already",
                extra: need.members
            )
        case .beyondAuthority(let detail, let limit, let allowed):
            self.init(.beyondAuthority, detail, allowed.map(\.rawValue))
            extra += JSON.Member.limit(limit)
        case .unknownPerson(let id):
            self.init(
                .unknownPerson,
                "there is no person \(id.rawValue)",
                ["GET /v1/staff", "POST /v1/staff"]
            )
        case .unknownCall(let externalID):
            self.init(
                .unknownCall,
                "call \(externalID) has not started",
                [PhoneCall.Event.started.rawValue]
            )
        case .unknownCaller(let number):
            self.init(
                .unknownCaller,
                "no customer has the number \(number.e164)",
                extra: [JSON.Member("needed", number.prospect)]
            )
        }
    }
}

extension JSON {
    fileprivate static func ids<Record>(_ ids: [ID<Record>]) -> JSON {
        .array(ids.map { .number(String($0.rawValue)) })
    }
}

extension JSON.Member {
    /// How far somebody may go; nothing where that is no amount.
    fileprivate static func limit(_ limit: Money?) -> [JSON.Member] {
        limit.map { [JSON.Member("limit", .string($0.description))] } ?? []
    }
}

extension ApprovalNeed {
    fileprivate var members: [JSON.Member] {
        let action =
            pending.map { JSON.Member("existing", .string(Subject(.approval, $0).path)) }
            ?? JSON.Member("needed", request.asking)
        return [action, JSON.Member("mayActFirst", .bool(mayActFirst))] + JSON.Member.limit(limit)
    }
}

extension AuthorityRequest {
    /// The request that asks for an approval.
    fileprivate var asking: JSON {
        var body = [JSON.Member("kind", .string(kind.rawValue))]
        if let complaintID {
            body.append(JSON.Member("complaintId", .number(String(complaintID.rawValue))))
        } else {
            body.append(JSON.Member("customerId", .number(String(customerID.rawValue))))
        }
        if let amount { body.append(JSON.Member("amount", .string(amount.description))) }
        return ["method": "POST", "path": "/v1/approvals", "body": .object(body)]
    }
}

extension PhoneNumber {
    /// The request that makes a prospect with this number.
    fileprivate var prospect: JSON {
        [
            "method": "POST", "path": "/v1/customers",
            "body": [
                "kind": .string(Customer.Kind.individual.rawValue), "name": .string(typed),
                "phones": [["number": .string(typed)]],
                "source": ["channel": .string(CustomerSource.Channel.callCenter.rawValue)],
            ],
        ]
    }
}

extension WorkingInterval {
    fileprivate var json: JSON {
        [
            "weekday": .string(weekday.rawValue), "from": .string(from.description),
            "until": .string(until.description),
        ]
    }
}

extension Subject {
    /// Where the record is to be found.
    package var path: String {
        let collection =
            switch kind {
            case .customer: "customers"
            case .interaction: "interactions"
            case .promise: "promises"
            case .complaint: "complaints"
            case .complaintPolicy: "complaint-policy"
            case .product: "products"
            case .order: "orders"
            case .payment: "payments"
            case .refund: "refunds"
            case .expense: "expenses"
            case .plan: "plans"
            case .acquisitionCost: "acquisition-costs"
            case .warning: "warnings"
            case .warningPolicy: "warning-policy"
            case .warningRun: "warning-runs"
            case .tierRun: "tier-runs"
            case .tierPolicy: "tier-policy"
            case .valueModel: "value-models"
            case .valuePolicy: "value-policy"
            case .imports: "imports"
            case .token: "tokens"
            case .staff: "staff"
            case .team: "teams"
            case .call: "calls"
            case .contact: "contacts"
            case .singleThreadPolicy: "single-thread-policy"
            case .chainLink: "chain-links"
            case .carePolicy: "care-policy"
            case .endingCandidate: "ending-candidates"
            case .contactPolicy: "contact-policy"
            case .plannedContact: "planned-contacts"
            case .authorityPolicy: "authority-policy"
            case .approval: "approvals"
            case .task: "tasks"
            case .meeting: "meetings"
            case .need: "needs"
            case .article: "articles"
            }
        return "/v1/\(collection)/\(id)"
    }
}
