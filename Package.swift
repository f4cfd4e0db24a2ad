// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name)] + dependencies,
        swiftSettings: settings
    )
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "guanxi",
    products: [.executable(name: "guanxi", targets: ["guanxi"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),

        module("HTTP"),
        module("JSON"),
        module("CSV"),
        module("Charts"),
        module("SQLite", ["CSQLite"]),
        module("HTTPServer", ["HTTP", "CLinux"]),
        module("Routing", ["HTTP", "JSON", "CSV", crypto]),
        module("Statistics"),
        module("CustomerRelations", ["SQLite", "Statistics", crypto]),
        module(
            "API",
            [
                "Charts", "CustomerRelations", "Routing", "HTTP", "JSON", "CSV", "SQLite", crypto,
                "Statistics",
            ]
        ),
        .target(
            name: "Migrations",
            dependencies: ["SQLite"],
            resources: [.embedInCode("SQL")],
            swiftSettings: settings
        ),
        module(
            "Service",
            [
                "API", "CustomerRelations", "HTTP", "HTTPServer", "JSON", "Migrations", "Routing",
                "SQLite", crypto, logging,
            ]
        ),
        .executableTarget(
            name: "guanxi",
            dependencies: [
                "API", "CSV", "CustomerRelations", "HTTP", "HTTPServer", "JSON", "Migrations",
                "Routing", "SQLite", "Service", arguments, logging,
            ],
            swiftSettings: settings
        ),

        .target(
            name: "TestSupport",
            dependencies: [
                "API", "CustomerRelations", "HTTP", "HTTPServer", "JSON", "Routing", "SQLite",
                "Service", logging,
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .target(name: "CFaultVFS", dependencies: ["CSQLite"], path: "Tests/FaultVFS"),
        .target(
            name: "FuzzProperties",
            dependencies: ["CSV", "HTTP", "JSON", "Routing"],
            path: "Tests/Fuzz/Properties",
            swiftSettings: settings
        ),
        tests("HTTP", ["FuzzProperties"]),
        tests("HTTPServer", ["HTTP"]),
        tests("JSON", ["FuzzProperties", "TestSupport"]),
        tests("CSV", ["FuzzProperties", "TestSupport"]),
        tests("SQLite", ["TestSupport"]),
        tests("Statistics", ["TestSupport"]),
        tests("Charts", ["CSQLite", "TestSupport"]),
        tests("Migrations", ["SQLite"]),
        tests("Routing", ["CSV", "FuzzProperties", "HTTP", "JSON"]),
        tests(
            "API",
            [
                "CSV", "CustomerRelations", "HTTP", "HTTPServer", "JSON", "Migrations", "Routing",
                "SQLite", "Service", "TestSupport",
            ]
        ),
        tests(
            "Service",
            [
                "API", "CFaultVFS", "CSQLite", "CustomerRelations", "HTTP", "HTTPServer", "JSON",
                "Migrations", "Routing", "SQLite", "TestSupport",
            ]
        ),
        .testTarget(name: "TidyTests", swiftSettings: settings),
        tests("CustomerRelations", ["Migrations", "SQLite", "TestSupport"]),
        tests(
            "guanxi",
            ["API", "CustomerRelations", "HTTP", "HTTPServer", "JSON", "Migrations", "SQLite"]
        ),
    ]
)
