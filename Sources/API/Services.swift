// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import JSON

/// The business, wired: each service with what it needs, and with the wire's words for the journal.
package struct Services: Sendable {
    package let zone: CivilTimeZone
    package let journal: Journal
    package let tokens: TokenService
    package let staff: StaffService
    package let teams: TeamService
    package let customers: CustomerService
    package let contacts: ContactService
    package let chains: ChainService
    package let singleThread: SingleThreadService
    package let advice: ContactAdviceService
    package let tasks: TaskService
    package let needs: NeedService
    package let meetings: MeetingService
    package let approvals: ApprovalService
    package let plannedContacts: PlannedContactService
    package let timeline: TimelineService
    package let interactions: InteractionService
    package let promises: PromiseService
    package let complaints: ComplaintService
    package let articles: ArticleService
    package let merges: MergeService
    package let managers: ManagerService
    package let handovers: HandoverService
    package let calls: PhoneCallService
    package let screenPop: ScreenPopService
    package let products: ProductService
    package let orders: OrderService
    package let payments: PaymentService
    package let refunds: RefundService
    package let expenses: ExpenseService
    package let categorySpend: CategorySpendService
    package let plans: PlanService
    package let acquisitionCosts: AcquisitionCostService
    package let warnings: WarningService
    package let tiers: TierService
    package let stages: StageService
    package let care: CareService
    package let endings: EndingService
    package let values: ValueService
    package let behaviours: BehaviourService
    package let reports: ReportService
    package let search = SearchService()

    /// `zone` is the service's own, in which dates begin and business days are counted.
    package init(zone: CivilTimeZone) {
        self.zone = zone
        journal = Journal()
        tokens = TokenService(journal: journal, describe: Token.fields.changes)
        staff = StaffService(
            journal: journal,
            descriptions: StaffService.Descriptions(
                details: StaffDetails.fields.representation.changes,
                presence: StaffPresence.fields.changes
            )
        )
        teams = TeamService(journal: journal, describe: TeamDetails.fields.representation.changes)
        customers = CustomerService(
            journal: journal,
            describe: CustomerDetails.fields.representation.changes
        )
        contacts = ContactService(
            customers: customers,
            journal: journal,
            describe: Contact.journalled.changes
        )
        chains = ChainService(
            customers: customers,
            journal: journal,
            describe: ChainLink.journalled.changes
        )
        singleThread = SingleThreadService(
            customers: customers,
            journal: journal,
            describePolicy: SingleThreadPolicy.fields.changes,
            describeChange: SingleThreadChange.fields.changes
        )
        advice = ContactAdviceService(
            customers: customers,
            zone: zone,
            journal: journal,
            describe: ContactPolicy.fields.changes
        )
        tasks = TaskService(zone: zone, journal: journal, describe: StaffTask.fields.changes)
        approvals = ApprovalService(
            customers: customers,
            tasks: tasks,
            journal: journal,
            descriptions: ApprovalService.Descriptions(
                policy: AuthorityPolicy.fields.changes,
                approval: Approval.fields.changes,
                alarm: ApprovalAlarm.fields.changes
            )
        )
        plannedContacts = PlannedContactService(
            customers: customers,
            advice: advice,
            approvals: approvals,
            journal: journal,
            describe: PlannedContact.fields.changes
        )
        timeline = TimelineService(customers: customers)
        promises = PromiseService(
            customers: customers,
            tasks: tasks,
            zone: zone,
            journal: journal,
            descriptions: PromiseService.Descriptions(
                entry: PromiseEntry.fields.changes,
                alarm: PromiseAlarmDetails.fields.changes
            )
        )
        complaints = ComplaintService(
            customers: customers,
            approvals: approvals,
            clock: ComplaintClock(zone: zone),
            journal: journal,
            descriptions: ComplaintService.Descriptions(
                complaint: Complaint.journalled.changes,
                move: \.details,
                alarm: ComplaintAlarm.fields.changes,
                policy: ComplaintPolicy.fields.changes,
                deadlines: ComplaintDeadlineChange.fields.changes,
                interaction: InteractionLink.fields.changes,
                meeting: MeetingLink.fields.changes,
                people: ComplaintPeople.fields.changes
            )
        )
        interactions = InteractionService(
            customers: customers,
            complaints: complaints,
            promises: promises,
            journal: journal,
            descriptions: InteractionService.Descriptions(
                interaction: Interaction.fields.changes,
                record: InteractionRecord.fields.representation.changes
            )
        )
        needs = NeedService(
            customers: customers,
            journal: journal,
            describe: Need.fields.changes
        )
        meetings = MeetingService(
            complaints: complaints,
            needs: needs,
            tasks: tasks,
            journal: journal,
            describe: Meeting.fields.changes
        )
        articles = ArticleService(
            complaints: complaints,
            journal: journal,
            descriptions: ArticleService.Descriptions(
                details: ArticleDetails.fields.representation.changes,
                link: ArticleLink.fields.changes
            )
        )
        warnings = WarningService(
            tasks: tasks,
            zone: zone,
            journal: journal,
            descriptions: WarningService.Descriptions(
                warning: Warning.fields.changes,
                policy: WarningPolicy.fields.changes,
                run: WarningRun.fields.changes
            )
        )
        merges = MergeService(
            customers: customers,
            complaints: complaints,
            warnings: warnings,
            tasks: tasks,
            journal: journal,
            descriptions: MergeService.Descriptions(
                kept: CustomerMerge.journalled.changes,
                duplicate: CustomerMerge.journalledOfDuplicate.changes
            ),
            joinProfiles: { joinProfiles($0, $1) }
        )
        managers = ManagerService(
            customers: customers,
            journal: journal,
            describe: ManagerAssignment.journalled.changes
        )
        handovers = HandoverService(
            staff: staff,
            managers: managers,
            customers: customers,
            complaints: complaints,
            plannedContacts: plannedContacts,
            approvals: approvals,
            tasks: tasks,
            tokens: tokens,
            journal: journal,
            describe: Handover.fields.changes
        )
        calls = PhoneCallService(
            customers: customers,
            interactions: interactions,
            complaints: complaints,
            journal: journal,
            describe: PhoneCall.fields.changes
        )
        screenPop = ScreenPopService(
            customers: customers,
            singleThread: singleThread,
            warnings: warnings
        )
        products = ProductService(
            journal: journal,
            describe: ProductDetails.fields.representation.changes
        )
        orders = OrderService(
            customers: customers,
            warnings: warnings,
            journal: journal,
            describe: Order.fields.changes
        )
        payments = PaymentService(journal: journal, describe: Payment.fields.changes)
        refunds = RefundService(journal: journal, describe: Refund.fields.changes)
        expenses = ExpenseService(
            customers: customers,
            journal: journal,
            describe: Expense.fields.changes
        )
        categorySpend = CategorySpendService(
            customers: customers,
            journal: journal,
            describe: CategorySpend.fields.changes
        )
        plans = PlanService(
            customers: customers,
            zone: zone,
            journal: journal,
            describe: Plan.fields.changes
        )
        acquisitionCosts = AcquisitionCostService(
            zone: zone,
            journal: journal,
            describe: AcquisitionCost.fields.changes
        )
        tiers = TierService(
            journal: journal,
            zone: zone,
            describeRun: TierRun.fields.changes,
            describePolicy: TierPolicy.fields.changes
        )
        stages = StageService(
            customers: customers,
            singleThread: singleThread,
            tasks: tasks,
            zone: zone,
            journal: journal,
            describe: StageAssessment.fields.changes
        )
        care = CareService(
            tiers: tiers,
            stages: stages,
            customers: customers,
            journal: journal,
            describe: CarePolicy.fields.changes
        )
        endings = EndingService(
            customers: customers,
            care: care,
            tasks: tasks,
            journal: journal,
            describe: EndingCandidate.fields.changes
        )
        values = ValueService(
            journal: journal,
            zone: zone,
            describeModel: ValueModel.fields.changes,
            describePolicy: ValuePolicy.fields.changes
        )
        behaviours = BehaviourService(
            customers: customers,
            stages: stages,
            values: values,
            care: care
        )
        reports = ReportService(zone: zone)
    }
}
