; The installer for Windows: Inno Setup 6, called by the release workflow as
;   iscc /DAppVersion=0.1.0 packaging\windows\kling-desktop.iss
; It installs for the current user unless an administrator asks for all users, and leaves clips, presets, settings and
; keys alone when it uninstalls.

#ifndef AppVersion
  #error Define AppVersion: iscc /DAppVersion=0.1.0
#endif
#define AppName "Kling Desktop"
#define AppId "io.github.kling_desktop.KlingDesktop"
#define Program "kling-desktop.exe"

[Setup]
AppId={#AppId}
AppName={#AppName}
AppVersion={#AppVersion}
AppPublisher=The Kling Desktop authors
AppPublisherURL=https://github.com/kling-desktop/kling-desktop
AppSupportURL=https://github.com/kling-desktop/kling-desktop/issues
DefaultDirName={autopf}\Kling Desktop
DefaultGroupName=Kling Desktop
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\out\package\dist\kling-desktop\LICENCES.txt
SetupIconFile=..\..\out\package\icons\app.ico
UninstallDisplayIcon={app}\{#Program}
OutputDir=..\..\dist
OutputBaseFilename=kling-desktop-{#AppVersion}-windows-x64-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes
CloseApplications=yes
; SignTool is set by the release workflow if there is a certificate.
#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
#endif

[Files]
Source: "..\..\out\package\dist\kling-desktop\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\{#AppName}"; Filename: "{app}\{#Program}"; AppUserModelID: "{#AppId}"
Name: "{autoprograms}\{#AppName} (Sandbox)"; Filename: "{app}\{#Program}"; Parameters: "--sandbox"; AppUserModelID: "{#AppId}"

[Registry]
; Links only ever fill in the form.
Root: HKA; Subkey: "Software\Classes\kling-desktop"; ValueType: string; ValueData: "URL:Kling Desktop"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\kling-desktop"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\kling-desktop\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""
Root: HKA; Subkey: "Software\Classes\{#AppId}.presets"; ValueType: string; ValueData: "Kling Desktop presets"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\{#AppId}.presets\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.klingpresets\OpenWithProgids"; ValueType: string; ValueName: "{#AppId}.presets"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\{#AppId}.backup"; ValueType: string; ValueData: "Kling Desktop back-up"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\{#AppId}.backup\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.klingbackup\OpenWithProgids"; ValueType: string; ValueName: "{#AppId}.backup"; ValueData: ""; Flags: uninsdeletevalue
; Windows knows only the last part of a name, so presets and films share .json with every other program.
Root: HKA; Subkey: "Software\Classes\Applications\{#Program}\SupportedTypes"; ValueType: string; ValueName: ".json"; ValueData: ""; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\{#Program}\SupportedTypes"; ValueType: string; ValueName: ".mp4"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\{#Program}\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\{#Program}\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\{#Program}\shell\open\command"; ValueType: string; ValueData: """{app}\{#Program}"" ""%1"""

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,{#AppName}}"; Flags: nowait postinstall skipifsilent
