// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import Routing
package import SQLite

/// The operations of the service, and the document that describes them.
package struct API: Sendable {
    package static let version = "0.1.0"

    package let routes: [APIRoute]
    /// The OpenAPI 3.1 document of the routes.
    package let document: String

    /// Makes the operations, and their document unless it was made before.
    ///
    /// `database` is what work in the background is done on; nil where only the document is wanted.
    /// What `interruption` throws ends such work.
    package init(
        services: Services,
        database: Database?,
        system: SystemStatus,
        clock: @escaping @Sendable () -> Instant,
        tokensChanged: @escaping @Sendable () -> Void = {},
        wakeJobs: @escaping @Sendable () -> Void,
        backups: BackupDesk? = nil,
        interruption: @escaping @Sendable () throws -> Void = {},
        document known: String? = nil
    ) {
        let imports = ImportService(services: services)
        let job = database.map { database in
            ImportJob(
                imports: imports,
                writer: database.writer,
                database: database.path,
                zone: services.zone,
                now: clock,
                interruption: interruption
            )
        }
        let business: [APIRoute] =
            CustomerRoutes(
                customers: services.customers,
                timeline: services.timeline,
                wakeRunner: wakeJobs
            ).all
            + StaffRoutes(
                staff: services.staff,
                handovers: services.handovers,
                tokensChanged: tokensChanged
            ).all
            + ManagerRoutes(managers: services.managers).all
            + TeamRoutes(teams: services.teams).all
            + ContactRoutes(contacts: services.contacts).all
            + LifecycleRoutes(customers: services.customers).all
            + ChainRoutes(chains: services.chains).all
            + SingleThreadRoutes(risks: services.singleThread, wakeRunner: wakeJobs).all
            + ContactAdviceRoutes(advice: services.advice).all
            + MeetingRoutes(meetings: services.meetings).all
            + NeedRoutes(needs: services.needs).all
            + TaskRoutes(tasks: services.tasks, wakeRunner: wakeJobs).all
            + ApprovalRoutes(approvals: services.approvals).all
            + PlannedContactRoutes(contacts: services.plannedContacts).all
            + InteractionRoutes(interactions: services.interactions).all
            + PromiseRoutes(promises: services.promises).all
            + ComplaintRoutes(complaints: services.complaints, wakeRunner: wakeJobs).all
            + ArticleRoutes(articles: services.articles).all
            + CallCenterRoutes(calls: services.calls, screenPop: services.screenPop).all
            + ProductRoutes(products: services.products).all
            + OrderRoutes(orders: services.orders, wakeRunner: wakeJobs).all
            + PaymentRoutes(payments: services.payments, wakeRunner: wakeJobs).all
            + RefundRoutes(
                refunds: services.refunds,
                orders: services.orders,
                wakeRunner: wakeJobs
            ).all
            + ExpenseRoutes(expenses: services.expenses, wakeRunner: wakeJobs).all
            + CategorySpendRoutes(spends: services.categorySpend).all
            + PlanRoutes(plans: services.plans, wakeRunner: wakeJobs).all
            + AcquisitionCostRoutes(costs: services.acquisitionCosts).all
            + WarningRoutes(warnings: services.warnings, wakeRunner: wakeJobs).all
            + TierRoutes(tiers: services.tiers, wakeRunner: wakeJobs).all
            + StageRoutes(stages: services.stages).all
            + BehaviourRoutes(behaviours: services.behaviours).all
            + CareRoutes(care: services.care).all
            + EndingRoutes(endings: services.endings).all
            + ValueRoutes(values: services.values, wakeRunner: wakeJobs).all
            + ReportRoutes(reports: services.reports).all
            + SearchRoutes(search: services.search).all
            + JournalRoutes(journal: services.journal, database: database).all
            + ImportRoutes(imports: imports, job: job).all
            + TokenRoutes(tokens: services.tokens, changed: tokensChanged).all
            + BackupRoutes(desk: backups).all
        let routes =
            business.map { $0.followingMerges(of: services.customers) }
            + MergeRoutes(
                merges: services.merges,
                customers: services.customers,
                wakeRunner: wakeJobs
            ).all
            + SystemRoutes(status: system).all
        document =
            known
            ?? OpenAPIDocument(
                title: "guanxi",
                version: Self.version,
                description: "A customer-relationship service (关系).",
                routes: routes + [DocumentRoutes.document("")]
            )
            .text
        self.routes = routes + [DocumentRoutes.document(document)]
    }

    /// Every kind of problem that an answer may carry.
    package static let problems: [ProblemKind] =
        ProblemKind.routing + ProblemKind.business + ProblemKind.merges + ProblemKind.chains
        + TierRoutes.kinds + ProblemKind.backups
}
