using Acme.Registry.Licensing;

namespace Acme.Registry.Tests.Licensing;

public sealed class LicenseTextsTests
{
    /// <summary>Beginnings and phrases as the licences have them, with their line breaks and punctuation.</summary>
    [Theory]
    [InlineData("MIT License\n\nCopyright (c) 2026 X\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\nof it. The above copyright notice and this permission notice shall\nbe included. THE SOFTWARE IS PROVIDED \"AS IS\".", "MIT")]
    [InlineData("                 Apache License\n           Version 2.0, January 2004\n        http://www.apache.org/licenses/", "Apache-2.0")]
    [InlineData("GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n\nTERMS AND CONDITIONS", "GPL-2.0-only")]
    [InlineData("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\nTERMS AND CONDITIONS", "GPL-3.0-only")]
    [InlineData("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 2.1, February 1999\n ... the GNU General Public License, version 2", "LGPL-2.1-only")]
    [InlineData("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\nThe terms and conditions of version 3 of the GNU General Public License", "LGPL-3.0-only")]
    [InlineData("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007\nTERMS AND CONDITIONS", "AGPL-3.0-only")]
    [InlineData("Mozilla Public License Version 2.0\n====", "MPL-2.0")]
    [InlineData("Redistribution and use in source and binary forms, with or without modification. PROVIDED \"AS IS\"", "BSD-2-Clause")]
    [InlineData("Redistribution and use in source and binary forms ... may be used to endorse or promote products derived from this software. AS IS", "BSD-3-Clause")]
    [InlineData("Creative Commons Legal Code\n\nCC0 1.0 Universal", "CC0-1.0")]
    [InlineData("Attribution 4.0 International\n\nCreative Commons Corporation", "CC-BY-4.0")]
    [InlineData("Attribution-NonCommercial 4.0 International\n\nCreative Commons Corporation", "CC-BY-NC-4.0")]
    [InlineData("Attribution-NonCommercial-ShareAlike 4.0 International\n\nCreative Commons Corporation", "CC-BY-NC-SA-4.0")]
    [InlineData("This is free and unencumbered software released into the public domain.", "Unlicense")]
    [InlineData("CreativeML Open RAIL-M\ndated August 22, 2022", "LicenseRef-creativeml-openrail-m")]
    [InlineData("BigScience Open RAIL-M License", "LicenseRef-bigscience-openrail-m")]
    [InlineData("All rights reserved.", null)]
    [InlineData("", null)]
    public void Texts_are_recognised(string text, string? id) => Assert.Equal(id, LicenseTexts.Recognise(text));

    [Fact]
    public void The_repositorys_own_licence_is_recognised() =>
        Assert.Equal("Apache-2.0", LicenseTexts.Recognise(File.ReadAllText(Path.Combine(Repository.Root, "LICENSE"))));

    [Theory]
    [InlineData("Released under the Apache 2.0 license.", "Apache-2.0")]
    [InlineData("The model is MIT licensed.", "MIT")]
    [InlineData("LGPL v2.1, not the GPL", "LGPL-2.1-only")]
    [InlineData("cc-by-nc-4.0", "CC-BY-NC-4.0")]
    [InlineData("You must submit a form.", null)]
    public void Prose_names_a_licence_or_not(string prose, string? id) => Assert.Equal(id, LicenseTexts.NamedIn(prose));
}
