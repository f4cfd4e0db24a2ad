// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What commands write, and what becomes of them where it cannot be written.
@Suite struct OutputTests {
    private let folder: TemporaryFolder
    private let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        environment = ["GUANXI_DATABASE": folder.path("test.db")]
        try #require(try Program.run(["migrate"], environment).code == 0)
    }

    @Test(arguments: [
        ["check"], ["export", "customers"], ["openapi"], ["token", "list"],
        ["token", "create", "--name", "a", "--role", "reader"],
    ])
    func `a result that finds no room is a failure`(_ arguments: [String]) throws {
        let script = ["-c", "exec \"$@\" > /dev/full", "sh", Program.url.path] + arguments
        let end = try Program.run(script, environment, by: "/bin/sh")
        #expect(end.code == 74)
        #expect(end.complaint.contains("standard output"))
    }

    @Test func `an export is for its owner alone, and overwrites nothing`() throws {
        let file = folder.path("customers.csv")
        let arguments = ["export", "customers", "--output", file]
        #expect(try Program.run(arguments, environment).code == 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let before = try Data(contentsOf: URL(filePath: file))
        let again = try Program.run(arguments, environment)
        #expect(again.code == 73)
        #expect(again.complaint.contains("\(file) exists"))
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test func `an export into no folder, and an import of one, are told`() throws {
        let file = folder.path("none/customers.csv")
        let export = try Program.run(["export", "customers", "--output", file], environment)
        #expect(export.code == 73)
        #expect(export.complaint.contains(file))
        let path = folder.url.path
        let importing = try Program.run(["import", "customers", path], environment)
        #expect(importing.code == 65)
        #expect(importing.complaint.contains("\(path) is a folder"))
    }

    @Test func `a service that could not keep bodies does not start`() throws {
        let spool = folder.path("none")
        let arguments = ["serve", "--port", "0", "--spool-folder", spool]
        let end = try Program.run(arguments, environment)
        #expect(end.code == 69)
        #expect(end.complaint.contains("cannot write bodies to \(spool)"))
    }
}
