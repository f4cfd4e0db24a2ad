// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The schema: the files of the top-level folder `Migrations`, in order.
package enum Migrations {
    package static let all = [
        migration(1, "foundation", PackageResources._001_foundation_sql),
        migration(2, "customers", PackageResources._002_customers_sql),
        migration(3, "interactions", PackageResources._003_interactions_sql),
        migration(4, "trade", PackageResources._004_trade_sql),
        migration(5, "complaints", PackageResources._005_complaints_sql),
        migration(6, "tiers", PackageResources._006_tiers_sql),
        migration(7, "imports", PackageResources._007_imports_sql),
        migration(8, "deadlines", PackageResources._008_deadlines_sql),
        migration(9, "complaint_desk", PackageResources._009_complaint_desk_sql),
        migration(10, "complaint_policy", PackageResources._010_complaint_policy_sql),
        migration(11, "deadline_basis", PackageResources._011_deadline_basis_sql),
        migration(12, "staff", PackageResources._012_staff_sql),
        migration(13, "managers", PackageResources._013_managers_sql),
        migration(14, "calls", PackageResources._014_calls_sql),
        migration(15, "business_hours", PackageResources._015_business_hours_sql),
        migration(16, "promise_register", PackageResources._016_promise_register_sql),
        migration(17, "contacts", PackageResources._017_contacts_sql),
        migration(18, "search", PackageResources._018_search_sql),
        migration(19, "articles", PackageResources._019_articles_sql),
        migration(20, "single_thread", PackageResources._020_single_thread_sql),
        migration(21, "settlement", PackageResources._021_settlement_sql),
        migration(22, "quiet_hours", PackageResources._022_quiet_hours_sql),
        migration(23, "merges", PackageResources._023_merges_sql),
        migration(24, "chain", PackageResources._024_chain_sql),
        migration(25, "interaction_corrections", PackageResources._025_interaction_corrections_sql),
        migration(26, "promise_alarms", PackageResources._026_promise_alarms_sql),
        migration(27, "authority", PackageResources._027_authority_sql),
        migration(28, "tasks", PackageResources._028_tasks_sql),
        migration(29, "listening", PackageResources._029_listening_sql),
        migration(30, "value", PackageResources._030_value_sql),
        migration(31, "plans", PackageResources._031_plans_sql),
        migration(32, "lifecycle", PackageResources._032_lifecycle_sql),
        migration(33, "acquisition", PackageResources._033_acquisition_sql),
        migration(34, "partings", PackageResources._034_partings_sql),
        migration(35, "contacts_moving", PackageResources._035_contacts_moving_sql),
        migration(36, "warnings", PackageResources._036_warnings_sql),
        migration(37, "prompts", PackageResources._037_prompts_sql),
        migration(38, "value_deciles", PackageResources._038_value_deciles_sql),
        migration(39, "payment_reversals", PackageResources._039_payment_reversals_sql),
        migration(40, "stages", PackageResources._040_stages_sql),
        migration(41, "care", PackageResources._041_care_sql),
        migration(42, "tier_ranks", PackageResources._042_tier_ranks_sql),
        migration(43, "tier_basis", PackageResources._043_tier_basis_sql),
        migration(44, "trade_sums", PackageResources._044_trade_sums_sql),
        migration(45, "running_requests", PackageResources._045_running_requests_sql),
        migration(46, "large_trade_sums", PackageResources._046_large_trade_sums_sql),
        migration(47, "tier_schedule", PackageResources._047_tier_schedule_sql),
        migration(48, "import_kinds", PackageResources._048_import_kinds_sql),
        migration(49, "expense_reversals", PackageResources._049_expense_reversals_sql),
        migration(50, "category_statements", PackageResources._050_category_statements_sql),
        migration(51, "tier_standings", PackageResources._051_tier_standings_sql),
        migration(52, "unknown_shares", PackageResources._052_unknown_shares_sql),
    ]

    private static func migration(_ number: Int, _ name: String, _ sql: [UInt8]) -> Migration {
        Migration(number: number, name: name, sql: String(decoding: sql, as: UTF8.self))
    }
}
