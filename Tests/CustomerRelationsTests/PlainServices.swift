// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// Services that write nothing down of what changes.
struct PlainServices {
    let customers = CustomerService(journal: Journal(), describe: { _, _ in "{}" })

    var tasks: TaskService {
        TaskService(zone: .shanghai, journal: Journal(), describe: { _, _ in "{}" })
    }

    var stages: StageService {
        StageService(
            customers: customers,
            singleThread: SingleThreadService(
                customers: customers,
                journal: Journal(),
                describePolicy: { _, _ in "{}" },
                describeChange: { _, _ in "{}" }
            ),
            tasks: tasks,
            zone: .shanghai,
            journal: Journal(),
            describe: { _, _ in "{}" }
        )
    }

    func endings(_ tiers: TierService) -> EndingService {
        EndingService(
            customers: customers,
            care: CareService(
                tiers: tiers,
                stages: stages,
                customers: customers,
                journal: Journal(),
                describe: { _, _ in "{}" }
            ),
            tasks: tasks,
            journal: Journal(),
            describe: { _, _ in "{}" }
        )
    }

    var approvals: ApprovalService {
        ApprovalService(
            customers: customers,
            tasks: tasks,
            journal: Journal(),
            descriptions: ApprovalService.Descriptions(
                policy: { _, _ in "{}" },
                approval: { _, _ in "{}" },
                alarm: { _, _ in "{}" }
            )
        )
    }

    var complaints: ComplaintService {
        ComplaintService(
            customers: customers,
            approvals: approvals,
            clock: ComplaintClock(zone: .shanghai),
            journal: Journal(),
            descriptions: ComplaintService.Descriptions(
                complaint: { _, _ in "{}" },
                move: { _ in "{}" },
                alarm: { _, _ in "{}" },
                policy: { _, _ in "{}" },
                deadlines: { _, _ in "{}" },
                interaction: { _, _ in "{}" },
                meeting: { _, _ in "{}" },
                people: { _, _ in "{}" }
            )
        )
    }

    var promises: PromiseService {
        PromiseService(
            customers: customers,
            tasks: tasks,
            zone: .shanghai,
            journal: Journal(),
            descriptions: PromiseService.Descriptions(
                entry: { _, _ in "{}" },
                alarm: { _, _ in "{}" }
            )
        )
    }

    var interactions: InteractionService {
        InteractionService(
            customers: customers,
            complaints: complaints,
            promises: promises,
            journal: Journal(),
            descriptions: InteractionService.Descriptions(
                interaction: { _, _ in "{}" },
                record: { _, _ in "{}" }
            )
        )
    }

    var contacts: ContactService {
        ContactService(customers: customers, journal: Journal(), describe: { _, _ in "{}" })
    }

    var orders: OrderService {
        OrderService(
            customers: customers,
            warnings: warnings,
            journal: Journal(),
            describe: { _, _ in "{}" }
        )
    }

    var warnings: WarningService {
        WarningService(
            tasks: tasks,
            zone: .shanghai,
            journal: Journal(),
            descriptions: WarningService.Descriptions(
                warning: { _, _ in "{}" },
                policy: { _, _ in "{}" },
                run: { _, _ in "{}" }
            )
        )
    }

    var importRules: ImportRules {
        ImportRules(
            contacts: contacts,
            orders: orders,
            payments: PaymentService(journal: Journal(), describe: { _, _ in "{}" }),
            refunds: RefundService(journal: Journal(), describe: { _, _ in "{}" }),
            plans: PlanService(
                customers: customers,
                zone: .shanghai,
                journal: Journal(),
                describe: { _, _ in "{}" }
            ),
            categorySpend: CategorySpendService(
                customers: customers,
                journal: Journal(),
                describe: { _, _ in "{}" }
            ),
            complaints: complaints,
            interactions: interactions
        )
    }
}
